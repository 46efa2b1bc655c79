package builtins

import (
	"crypto/x509"
	"time"
)

// Certificate is what a server shows to prove its name.
type Certificate struct {
	Subject   string        `drl:"subject" doc:"whom it is for"`
	Issuer    string        `drl:"issuer" doc:"who vouches for it"`
	Names     []string      `drl:"names" doc:"the names and numbers of hosts that it is good for"`
	NotBefore time.Time     `drl:"not_before" doc:"when it begins to be good"`
	ExpiresAt time.Time     `drl:"expires_at" doc:"when it ends"`
	ExpiresIn time.Duration `drl:"expires_in" doc:"how long it is still good; negative when it has ended"`
	Trusted   bool          `drl:"trusted" doc:"whether it was verified"`
	Problem   *string       `drl:"problem" doc:"why it is not trusted"`
}

// NewCertificate returns what scripts see of c. Whether it is trusted is for
// the caller to say.
func NewCertificate(c *x509.Certificate, now time.Time) Certificate {
	names := append([]string{}, c.DNSNames...)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	return Certificate{
		Subject: c.Subject.String(), Issuer: c.Issuer.String(), Names: names,
		NotBefore: c.NotBefore, ExpiresAt: c.NotAfter, ExpiresIn: c.NotAfter.Sub(now),
	}
}
