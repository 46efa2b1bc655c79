package dns

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// mostAliases is how long a chain of CNAMEs may be.
const mostAliases = 16

// read takes the records that answer q out of a message: those of its name,
// and of the names that it is an alias of. Whatever else a server sends along
// is not believed.
func read(message []byte, q dnsmessage.Question) (answer, error) {
	var p dnsmessage.Parser
	header, err := p.Start(message)
	if err != nil {
		return answer{}, fmt.Errorf("the answer can't be read: %w", err)
	}
	switch header.RCode {
	case dnsmessage.RCodeSuccess:
	case dnsmessage.RCodeNameError:
		return answer{}, final{errors.New("there is no such name (NXDOMAIN)")}
	case dnsmessage.RCodeRefused:
		return answer{}, final{errors.New("the server refuses to answer (REFUSED)")}
	default:
		return answer{}, fmt.Errorf("the server failed (%s)", strings.ToUpper(strings.TrimPrefix(header.RCode.String(), "RCode")))
	}
	if err := p.SkipAllQuestions(); err != nil {
		return answer{}, fmt.Errorf("the answer can't be read: %w", err)
	}
	all, err := p.AllAnswers()
	if err != nil {
		return answer{}, fmt.Errorf("the answer can't be read: %w", err)
	}
	return pick(all, q)
}

// pick follows the aliases from the question's name to the records.
func pick(all []dnsmessage.Resource, q dnsmessage.Question) (answer, error) {
	x := answer{Records: []string{}}
	keep := func(r dnsmessage.Resource) {
		ttl := time.Duration(r.Header.TTL) * time.Second
		if r.Header.TTL > 1<<31-1 { // RFC 2181: as if it were 0
			ttl = 0
		}
		if x.TTL == 0 && len(x.Records) == 0 || ttl < x.TTL {
			x.TTL = ttl
		}
	}
	var chain []dnsmessage.Resource
	for name := q.Name; ; {
		var alias *dnsmessage.CNAMEResource
		for _, r := range all {
			if r.Header.Class != q.Class || !sameName(r.Header.Name, name) {
				continue
			}
			if r.Header.Type == q.Type {
				text, err := show(r)
				if err != nil {
					return answer{}, err
				}
				keep(r)
				x.Records = append(x.Records, text)
				continue
			}
			if c, ok := r.Body.(*dnsmessage.CNAMEResource); ok && alias == nil {
				alias = c
				chain = append(chain, r)
			}
		}
		if len(x.Records) > 0 || alias == nil {
			break
		}
		if len(chain) > mostAliases {
			return answer{}, final{fmt.Errorf("%d aliases (CNAME), and still another", mostAliases)}
		}
		name = alias.CNAME
	}
	if len(x.Records) > 0 {
		for _, r := range chain {
			keep(r)
		}
	}
	return x, nil
}

var errMisshapen = errors.New("the answer can't be read: a record doesn't have the form of its type")

// show writes a record as zone files do, names without their last dot.
func show(r dnsmessage.Resource) (string, error) {
	// The library takes four bytes for a number whatever the record says.
	fixed := map[dnsmessage.Type]uint16{dnsmessage.TypeA: 4, dnsmessage.TypeAAAA: 16}[r.Header.Type]
	if fixed != 0 && r.Header.Length != fixed {
		return "", errMisshapen
	}
	switch b := r.Body.(type) {
	case *dnsmessage.AResource:
		return netip.AddrFrom4(b.A).String(), nil
	case *dnsmessage.AAAAResource:
		return netip.AddrFrom16(b.AAAA).String(), nil
	case *dnsmessage.CNAMEResource:
		return bare(b.CNAME), nil
	case *dnsmessage.NSResource:
		return bare(b.NS), nil
	case *dnsmessage.PTRResource:
		return bare(b.PTR), nil
	case *dnsmessage.MXResource:
		return fmt.Sprintf("%d %s", b.Pref, bare(b.MX)), nil
	case *dnsmessage.SRVResource:
		return fmt.Sprintf("%d %d %d %s", b.Priority, b.Weight, b.Port, bare(b.Target)), nil
	case *dnsmessage.SOAResource:
		return fmt.Sprintf("%s %s %d %d %d %d %d", bare(b.NS), bare(b.MBox), b.Serial, b.Refresh, b.Retry, b.Expire, b.MinTTL), nil
	case *dnsmessage.TXTResource:
		return strings.Join(b.TXT, ""), nil
	case *dnsmessage.UnknownResource:
		// flags, length of the tag, tag, value
		if d := b.Data; r.Header.Type == typeCAA && len(d) >= 2 && int(d[1]) <= len(d)-2 {
			tag, text := d[2:2+d[1]], d[2+d[1]:]
			return fmt.Sprintf("%d %s %s", d[0], escape(string(tag)), `"`+escape(string(text))+`"`), nil
		}
	}
	return "", errMisshapen
}

// sameName compares as DNS does: without the case of ASCII letters.
func sameName(a, b dnsmessage.Name) bool { return strings.EqualFold(a.String(), b.String()) }

func bare(n dnsmessage.Name) string {
	if name := showName(n); name != "." {
		return strings.TrimSuffix(name, ".")
	}
	return "."
}

func showName(n dnsmessage.Name) string { return escape(n.String()) }

// escape writes what isn't a visible ASCII character as \DDD, like zone files.
func escape(text string) string {
	var b strings.Builder
	for i := range len(text) {
		switch c := text[i]; {
		case c <= ' ' || c >= 0x7f:
			fmt.Fprintf(&b, `\%03d`, c)
		case c == '"' || c == '\\':
			b.WriteString(`\` + string(rune(c)))
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
