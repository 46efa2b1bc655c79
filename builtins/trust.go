package builtins

import (
	"crypto/x509"
	"errors"
	"fmt"
	"os"
)

// Roots returns the certificates to trust: those of a file in PEM, or this
// machine's (nil) where none is given.
func (h *Host) Roots(ca *string) (*x509.CertPool, error) {
	if ca == nil {
		return nil, nil
	}
	pem, err := os.ReadFile(h.Path(*ca))
	if err != nil {
		return nil, fmt.Errorf("read ca: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("ca is %q, which holds no certificate in PEM", *ca)
	}
	return pool, nil
}

// WhyUntrusted puts a failed verification in words that say what to do.
func WhyUntrusted(err error) error {
	var unknown x509.UnknownAuthorityError
	if errors.As(err, &unknown) {
		return fmt.Errorf("%w; write ca: \"file.pem\" to trust its issuer", err)
	}
	return err
}
