package builtins

import (
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/drl-lang/drl/lang/value"
)

// ports are those that addresses leave out.
var ports = map[string]string{
	"http": "80", "https": "443", "ws": "80", "wss": "443", "postgres": "5432", "postgresql": "5432", "mysql": "3306",
	"redis": "6379", "rediss": "6379", "amqp": "5672", "amqps": "5671", "smtp": "25", "smtps": "465", "ldap": "389", "ldaps": "636",
}

// Endpoint reads where to connect: "host:port", or the host and port of a
// URL, whose scheme may say the port. usual is the port where nothing says
// one; "" wants one. A secret address stays out of the error.
func Endpoint(address Text, usual string) (host, port string, err error) {
	text := address.Reveal()
	shown := value.QuoteString(Scrub(address.String()))
	if address.IsSecret() {
		shown = address.String()
	}
	wrong := fmt.Errorf("address is %s, want one such as db.example.com:5432", shown)
	if strings.Contains(text, "://") {
		u, err := url.Parse(text)
		if err != nil {
			return "", "", wrong
		}
		host, port = u.Hostname(), u.Port()
		if port == "" {
			port = ports[u.Scheme]
		}
	} else if host, port, err = net.SplitHostPort(text); err != nil {
		host, port = strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"), ""
		if strings.Contains(host, ":") && net.ParseIP(host) == nil {
			return "", "", wrong
		}
	}
	if port == "" {
		port = usual
	}
	if !IsHost(host) {
		return "", "", wrong
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		if port != "" {
			return "", "", fmt.Errorf("port is %s, want 1 to 65535", value.QuoteString(port))
		}
		return "", "", fmt.Errorf("address is %s, which has no port: want one such as db.example.com:5432", shown)
	}
	return host, port, nil
}

// IsHost tells whether a text is a name that a host can have, or its number.
func IsHost(name string) bool {
	if ip, _, _ := strings.Cut(name, "%"); net.ParseIP(ip) != nil {
		return !strings.ContainsFunc(name, func(r rune) bool { return r < '%' || r > '~' })
	}
	name = strings.TrimSuffix(name, ".")
	if name == "" || len(name) > 253 {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 || strings.HasPrefix(label, "-") {
			return false
		}
		for i := range len(label) {
			c := label[i]
			if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_' {
				return false
			}
		}
	}
	return true
}
