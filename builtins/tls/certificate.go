package tls

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type certificateArgs struct {
	Address builtins.Text `drl:"address,address" doc:"a URL, or host and port: \"mail.example.com:465\"; without a port 443"`
	Name    *string       `drl:"name,named" doc:"the name that it is to be good for; without one, the address's host"`
	CA      *string       `drl:"ca,named" doc:"a file of certificates in PEM to trust in place of this machine's"`
	Timeout time.Duration `drl:"timeout,named" doc:"longest wait" default:"10s"`
}

var certificate = builtins.New("tls.certificate", types.Reads,
	"Return the certificate that a server shows, trusted or not: problem says why not.",
	func(ctx context.Context, h *builtins.Host, a certificateArgs) (builtins.Certificate, error) {
		host, port, err := builtins.Endpoint(a.Address, "443")
		if err != nil {
			return builtins.Certificate{}, err
		}
		name := host
		if a.Name != nil {
			if name = *a.Name; !builtins.IsHost(name) {
				return builtins.Certificate{}, fmt.Errorf("name is %s, want the name of a host", value.QuoteString(name))
			}
		}
		roots, err := h.Roots(a.CA)
		if err != nil {
			return builtins.Certificate{}, err
		}
		if h.Dial == nil {
			return builtins.Certificate{}, errors.New("there is no network here")
		}
		now, err := h.Clock()
		if err != nil {
			return builtins.Certificate{}, err
		}
		c, err := look(ctx, h, net.JoinHostPort(host, port), name, x509.VerifyOptions{Roots: roots, DNSName: name, CurrentTime: now})
		if err != nil {
			if ctx.Err() != nil {
				err = context.Cause(ctx)
			}
			if a.Address.IsSecret() {
				return c, err
			}
			return c, fmt.Errorf("%s: %w", net.JoinHostPort(host, port), err)
		}
		return c, nil
	}).With(`expect tls.certificate("https://tickets.example.com").expires_in > 14d`)

// look connects, and verifies what it is shown itself: a certificate that
// isn't trusted is what one wants to see.
func look(ctx context.Context, h *builtins.Host, address, name string, verify x509.VerifyOptions) (builtins.Certificate, error) {
	raw, err := h.Dial(ctx, "tcp", address)
	if err != nil {
		return builtins.Certificate{}, err
	}
	defer raw.Close()
	conn := tls.Client(raw, &tls.Config{
		ServerName: name, InsecureSkipVerify: true, Time: h.Now,
		MinVersion: tls.VersionTLS10, // an old server's certificate is shown too, and is not trusted
	})
	if err := conn.HandshakeContext(ctx); err != nil {
		var record tls.RecordHeaderError
		if errors.As(err, &record) {
			return builtins.Certificate{}, errors.New("the server doesn't speak TLS here")
		}
		return builtins.Certificate{}, err
	}
	state := conn.ConnectionState()
	if len(state.PeerCertificates) == 0 {
		return builtins.Certificate{}, errors.New("the server shows no certificate")
	}
	c := builtins.NewCertificate(state.PeerCertificates[0], verify.CurrentTime)
	if problem := problemOf(state, verify); problem != "" {
		c.Problem = &problem
		return c, nil
	}
	c.Trusted = true
	return c, nil
}

// problemOf says why what a server shows isn't trusted; "" where it is.
func problemOf(state tls.ConnectionState, verify x509.VerifyOptions) string {
	first := state.PeerCertificates[0]
	if state.Version < tls.VersionTLS12 {
		return "the server speaks " + tls.VersionName(state.Version) + " at most, want TLS 1.2 or later"
	}
	verify.Intermediates = x509.NewCertPool()
	for _, c := range state.PeerCertificates[1:] {
		verify.Intermediates.AddCert(c)
	}
	_, err := first.Verify(verify)
	var invalid x509.CertificateInvalidError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired && invalid.Cert == first:
		if verify.CurrentTime.Before(first.NotBefore) {
			return "it begins to be good on " + value.Time(first.NotBefore).String()
		}
		return "it ended on " + value.Time(first.NotAfter).String()
	}
	return builtins.WhyUntrusted(err).Error()
}
