package dns

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type lookupArgs struct {
	Name    string        `drl:"name" doc:"the whole name: tickets.example.com; for PTR, the number of a host will do"`
	Type    string        `drl:"type" doc:"A, AAAA, CAA, CNAME, MX, NS, PTR, SOA, SRV or TXT" default:"A"`
	Server  *string       `drl:"server,named" doc:"whom to ask: \"1.1.1.1\" or \"dns.example.com:53\"; without one, this machine's servers"`
	Timeout time.Duration `drl:"timeout,named" doc:"longest wait, for all tries together" default:"10s"`
}

type answer struct {
	Records []string      `drl:"records" doc:"the records as text, sorted; names without their last dot. Empty where the name has none of the type"`
	TTL     time.Duration `drl:"ttl" doc:"how long the answer may be kept: the shortest of its records'"`
}

// kinds are the types of record that can be asked for.
var kinds = map[string]dnsmessage.Type{
	"A": dnsmessage.TypeA, "AAAA": dnsmessage.TypeAAAA, "CAA": typeCAA, "CNAME": dnsmessage.TypeCNAME, "MX": dnsmessage.TypeMX,
	"NS": dnsmessage.TypeNS, "PTR": dnsmessage.TypePTR, "SOA": dnsmessage.TypeSOA, "SRV": dnsmessage.TypeSRV, "TXT": dnsmessage.TypeTXT,
}

// typeCAA is of RFC 8659.
const typeCAA dnsmessage.Type = 257

var lookup = builtins.New("dns.lookup", types.Reads,
	"Ask for the records of a name. A name that doesn't exist is an error; one without records of the type has none.",
	func(ctx context.Context, h *builtins.Host, a lookupArgs) (answer, error) {
		kind, ok := kinds[strings.ToUpper(a.Type)]
		if !ok {
			return answer{}, fmt.Errorf("type is %s, want one of A, AAAA, CAA, CNAME, MX, NS, PTR, SOA, SRV, TXT", value.QuoteString(a.Type))
		}
		name, err := questionName(a.Name, kind)
		if err != nil {
			return answer{}, err
		}
		if h.Dial == nil {
			return answer{}, errors.New("there is no network here")
		}
		var servers []string
		if a.Server != nil {
			host, port, err := builtins.Endpoint(builtins.Plain(*a.Server), "53")
			if err != nil {
				return answer{}, fmt.Errorf("server is %s, want one such as 1.1.1.1 or dns.example.com:53", value.QuoteString(*a.Server))
			}
			servers = []string{net.JoinHostPort(host, port)}
		} else if servers = ownServers(ctx); len(servers) == 0 {
			return answer{}, errors.New("this machine's configuration names no server: say which one to ask, server: \"1.1.1.1\"")
		}
		x, err := ask(ctx, h, servers, dnsmessage.Question{Name: name, Type: kind, Class: dnsmessage.ClassINET})
		if err != nil {
			return answer{}, fmt.Errorf("%s: %w", strings.TrimSuffix(showName(name), "."), err)
		}
		slices.Sort(x.Records)
		return x, nil
	}).With(`expect dns.lookup("tickets.example.com").records == ["203.0.113.7"]`)

// questionName makes a whole name of what a script wrote.
func questionName(name string, kind dnsmessage.Type) (dnsmessage.Name, error) {
	if ip, err := netip.ParseAddr(name); err == nil && kind == dnsmessage.TypePTR && ip.Zone() == "" {
		return dnsmessage.NewName(reverse(ip.Unmap()))
	}
	plain := strings.TrimPrefix(name, "*.") // a wildcard may be asked for as it stands
	if !builtins.IsHost(plain) || strings.Contains(plain, ":") {
		return dnsmessage.Name{}, fmt.Errorf("name is %s, want one such as tickets.example.com", value.QuoteString(name))
	}
	return dnsmessage.NewName(strings.TrimSuffix(name, ".") + ".")
}

// reverse is the name that has a number's PTR record.
func reverse(ip netip.Addr) string {
	var b strings.Builder
	bytes := ip.AsSlice()
	slices.Reverse(bytes)
	for _, c := range bytes {
		if ip.Is4() {
			fmt.Fprintf(&b, "%d.", c)
		} else {
			fmt.Fprintf(&b, "%x.%x.", c&15, c>>4)
		}
	}
	if ip.Is4() {
		return b.String() + "in-addr.arpa."
	}
	return b.String() + "ip6.arpa."
}

// ownServers returns the servers of this machine's configuration: Go's own
// resolver reads it on every system, and asks to be connected to them.
func ownServers(ctx context.Context) []string {
	var servers []string
	resolver := net.Resolver{PreferGo: true, Dial: func(_ context.Context, _, address string) (net.Conn, error) {
		if !slices.Contains(servers, address) {
			servers = append(servers, address)
		}
		return nil, errors.New("only the address is wanted")
	}}
	_, _ = resolver.LookupTXT(ctx, "server.invalid.")
	return servers
}
