package dns

import (
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// Read is read for tests.
func Read(message []byte, q dnsmessage.Question) ([]string, time.Duration, error) {
	x, err := read(message, q)
	return x.Records, x.TTL, err
}
