package dns_test

import (
	"encoding/binary"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/drl-lang/drl/builtins/dns"
	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/lang/value"
)

func lookup(t *testing.T, args hostile.Args) (value.Value, error) {
	t.Helper()
	return hostile.Call(t, dns.Modules(), hostile.Host(t), "dns.lookup", nil, args)
}

// serve answers each packet with what reply returns, packet by packet, and
// each message over TCP with the first of overTCP. It returns the address.
func serve(t *testing.T, reply func(q dnsmessage.Message) [][]byte, overTCP func(q dnsmessage.Message) [][]byte) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	packets, err := net.ListenPacket("udp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	udp, tcp := make(chan struct{}), make(chan struct{})
	t.Cleanup(func() {
		packets.Close()
		listener.Close()
		<-udp
		<-tcp
	})
	go func() {
		defer close(udp)
		buffer := make([]byte, 64<<10)
		for {
			n, from, err := packets.ReadFrom(buffer)
			if err != nil {
				return
			}
			var q dnsmessage.Message
			if err := q.Unpack(buffer[:n]); err != nil {
				t.Errorf("the question can't be read: %v", err)
			}
			for _, packet := range reply(q) {
				packets.WriteTo(packet, from)
			}
		}
	}()
	go func() {
		defer close(tcp)
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			var q dnsmessage.Message
			head := make([]byte, 2)
			io.ReadFull(c, head)
			message := make([]byte, binary.BigEndian.Uint16(head))
			io.ReadFull(c, message)
			if err := q.Unpack(message); err != nil {
				t.Errorf("the question can't be read: %v", err)
			}
			if overTCP != nil {
				for _, message := range overTCP(q) {
					c.Write(message)
				}
			}
			c.Close()
		}
	}()
	return listener.Addr().String()
}

// answered is q with answers, changed by change.
func answered(t *testing.T, q dnsmessage.Message, change func(*dnsmessage.Message), answers ...dnsmessage.Resource) []byte {
	t.Helper()
	q.Response, q.Additionals, q.Answers, q.Questions = true, nil, answers, slices.Clone(q.Questions)
	if change != nil {
		change(&q)
	}
	packet, err := q.Pack()
	if err != nil {
		t.Errorf("pack: %v", err)
	}
	return packet
}

func record(name string, ttl uint32, body dnsmessage.ResourceBody) dnsmessage.Resource {
	return dnsmessage.Resource{Header: dnsmessage.ResourceHeader{Name: dnsmessage.MustNewName(name), Class: dnsmessage.ClassINET, TTL: ttl}, Body: body}
}

func number(last byte) *dnsmessage.AResource {
	return &dnsmessage.AResource{A: [4]byte{203, 0, 113, last}}
}

func alias(to string) *dnsmessage.CNAMEResource {
	return &dnsmessage.CNAMEResource{CNAME: dnsmessage.MustNewName(to)}
}

func sized(message []byte) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(message))), message...)
}

func TestRecords(t *testing.T) {
	name := dnsmessage.MustNewName("mx.example.com.")
	zone := map[dnsmessage.Type][]dnsmessage.Resource{
		dnsmessage.TypeA:    {record("www.example.com.", 300, number(9)), record("WWW.Example.com.", 60, number(7)), record("evil.example.", 1, number(66))},
		dnsmessage.TypeAAAA: {record("www.example.com.", 300, alias("a.example.com.")), record("a.example.com.", 20, &dnsmessage.AAAAResource{AAAA: [16]byte{0x20, 1, 15: 1}})},
		dnsmessage.TypeMX:   {record("www.example.com.", 300, &dnsmessage.MXResource{Pref: 10, MX: name})},
		dnsmessage.TypeTXT:  {record("www.example.com.", 300, &dnsmessage.TXTResource{TXT: []string{"v=spf1 ", "-all\x1b[2J\xff"}})},
		dnsmessage.TypeSRV:  {record("www.example.com.", 300, &dnsmessage.SRVResource{Priority: 1, Weight: 2, Port: 443, Target: name})},
		dnsmessage.TypeNS:   {record("www.example.com.", 1<<31, &dnsmessage.NSResource{NS: name})},
		dnsmessage.TypeSOA:  {record("www.example.com.", 300, &dnsmessage.SOAResource{NS: name, MBox: dnsmessage.MustNewName("a\"b.example.com."), Serial: 1, Refresh: 2, Retry: 3, Expire: 4, MinTTL: 5})},
		257:                 {record("www.example.com.", 300, &dnsmessage.UnknownResource{Type: 257, Data: []byte("\x00\x05issueletsencrypt.org\n")})},
	}
	server := serve(t, func(q dnsmessage.Message) [][]byte {
		if q.Questions[0].Name.String() == "7.113.0.203.in-addr.arpa." {
			return [][]byte{answered(t, q, nil, record("7.113.0.203.in-addr.arpa.", 5, &dnsmessage.PTRResource{PTR: name}))}
		}
		return [][]byte{answered(t, q, nil, zone[q.Questions[0].Type]...)}
	}, nil)
	tests := []struct {
		name, kind, records string
		ttl                 time.Duration
	}{
		{"www.example.com", "A", `["203.0.113.7","203.0.113.9"]`, time.Minute},
		{"www.example.com.", "aaaa", `["2001::1"]`, 20 * time.Second},
		{"www.example.com", "MX", `["10 mx.example.com"]`, 300 * time.Second},
		{"www.example.com", "TXT", `["v=spf1 -all\u001b[2J` + "\ufffd" + `"]`, 300 * time.Second},
		{"www.example.com", "SRV", `["1 2 443 mx.example.com"]`, 300 * time.Second},
		{"www.example.com", "NS", `["mx.example.com"]`, 0},
		{"www.example.com", "SOA", `["mx.example.com a\\\"b.example.com 1 2 3 4 5"]`, 300 * time.Second},
		{"www.example.com", "CAA", `["0 issue \"letsencrypt.org\\010\""]`, 300 * time.Second},
		{"www.example.com", "CNAME", `[]`, 0},
		{"203.0.113.7", "PTR", `["mx.example.com"]`, 5 * time.Second},
	}
	for _, tt := range tests {
		got, err := lookup(t, hostile.Args{"name": value.String(tt.name), "type": value.String(tt.kind), "server": value.String(server)})
		if err != nil {
			t.Errorf("%s %s: %v", tt.name, tt.kind, err)
			continue
		}
		if records := string(value.JSON(hostile.Field(t, got, "records"))); records != tt.records {
			t.Errorf("%s %s = %s, want %s", tt.name, tt.kind, records, tt.records)
		}
		if ttl := hostile.Field(t, got, "ttl"); ttl != value.Duration(tt.ttl) {
			t.Errorf("%s %s: ttl %s, want %s", tt.name, tt.kind, ttl, tt.ttl)
		}
	}
}

func TestAnAnswerThatDoesNotFitComesByTCP(t *testing.T) {
	var many []dnsmessage.Resource
	for i := range 1000 {
		many = append(many, record("www.example.com.", 60, &dnsmessage.AResource{A: [4]byte{10, 0, byte(i >> 8), byte(i)}}))
	}
	server := serve(t,
		func(q dnsmessage.Message) [][]byte {
			return [][]byte{answered(t, q, func(m *dnsmessage.Message) { m.Truncated = true }, many[0])}
		},
		func(q dnsmessage.Message) [][]byte { return [][]byte{sized(answered(t, q, nil, many...))} })
	got, err := lookup(t, hostile.Args{"name": value.String("www.example.com"), "server": value.String(server)})
	if err != nil {
		t.Fatal(err)
	}
	if n := hostile.Field(t, got, "records").(*value.List).Len(); n != len(many) {
		t.Errorf("%d records, want %d", n, len(many))
	}
}

// TestStraysAreNotBelieved: packets that come first, from who doesn't know the
// question, don't count.
func TestStraysAreNotBelieved(t *testing.T) {
	server := serve(t, func(q dnsmessage.Message) [][]byte {
		bad := record(q.Questions[0].Name.String(), 60, number(66))
		return [][]byte{
			nil, []byte("x"), []byte(strings.Repeat("\xff", 600)),
			answered(t, q, func(m *dnsmessage.Message) { m.ID++ }, bad),
			answered(t, q, func(m *dnsmessage.Message) { m.Response = false }, bad),
			answered(t, q, func(m *dnsmessage.Message) { m.Questions[0].Name = dnsmessage.MustNewName("evil.example.") }, bad),
			answered(t, q, func(m *dnsmessage.Message) { m.Questions[0].Type = dnsmessage.TypeTXT }, bad),
			answered(t, q, func(m *dnsmessage.Message) { m.Questions = nil }, bad),
			answered(t, q, nil, record(q.Questions[0].Name.String(), 60, number(7))),
		}
	}, nil)
	got, err := lookup(t, hostile.Args{"name": value.String("www.example.com"), "server": value.String(server)})
	if err != nil {
		t.Fatal(err)
	}
	if records := hostile.Field(t, got, "records").String(); records != `["203.0.113.7"]` {
		t.Errorf("records = %s", records)
	}
}

func TestHostileServers(t *testing.T) {
	code := func(c dnsmessage.RCode) func(*testing.T, dnsmessage.Message) [][]byte {
		return func(t *testing.T, q dnsmessage.Message) [][]byte {
			return [][]byte{answered(t, q, func(m *dnsmessage.Message) { m.RCode = c })}
		}
	}
	cut := func(t *testing.T, q dnsmessage.Message) [][]byte {
		whole := answered(t, q, nil, record("www.example.com.", 60, number(7)))
		return [][]byte{whole[:len(whole)-3]}
	}
	truncated := func(t *testing.T, q dnsmessage.Message) [][]byte {
		return [][]byte{answered(t, q, func(m *dnsmessage.Message) { m.Truncated = true })}
	}
	tests := []struct {
		name     string
		udp, tcp func(*testing.T, dnsmessage.Message) [][]byte
		want     string
	}{
		{"no such name", code(dnsmessage.RCodeNameError), nil, "there is no such name (NXDOMAIN)"},
		{"refuses", code(dnsmessage.RCodeRefused), nil, "the server refuses to answer (REFUSED)"},
		{"fails", code(dnsmessage.RCodeServerFailure), nil, "the server failed (SERVERFAILURE)"},
		{"an unknown code", code(11), nil, "the server failed (11)"},
		{"cut off", cut, nil, "the answer can't be read: "},
		{"lies about how many", func(t *testing.T, q dnsmessage.Message) [][]byte {
			p := answered(t, q, nil, record("www.example.com.", 60, number(7)))
			binary.BigEndian.PutUint16(p[6:], 0xffff)
			return [][]byte{p}
		}, nil, "the answer can't be read: "},
		{"lies about a length", func(t *testing.T, q dnsmessage.Message) [][]byte {
			p := answered(t, q, nil, record("www.example.com.", 60, number(7)))
			binary.BigEndian.PutUint16(p[len(p)-6:], 0xffff)
			return [][]byte{p}
		}, nil, "the answer can't be read: "},
		{"a name that points to itself", func(t *testing.T, q dnsmessage.Message) [][]byte {
			p := answered(t, q, nil, record("www.example.com.", 60, alias("www.example.com.")))
			at := len(p) - 2 // the alias is a pointer to the question's name
			binary.BigEndian.PutUint16(p[at:], 0xc000|uint16(at))
			return [][]byte{p}
		}, nil, "the answer can't be read: "},
		{"aliases in a ring", func(t *testing.T, q dnsmessage.Message) [][]byte {
			return [][]byte{answered(t, q, nil, record("www.example.com.", 60, alias("a.example.")), record("a.example.", 60, alias("www.example.com.")))}
		}, nil, "16 aliases (CNAME), and still another"},
		{"truncated, and nothing by TCP", truncated, func(*testing.T, dnsmessage.Message) [][]byte { return nil }, "EOF|connection reset"},
		{"truncated, and cut off by TCP", truncated, func(t *testing.T, q dnsmessage.Message) [][]byte {
			return [][]byte{sized(answered(t, q, nil))[:9]}
		}, "unexpected EOF|connection reset"},
		{"truncated, and another number by TCP", truncated, func(t *testing.T, q dnsmessage.Message) [][]byte {
			return [][]byte{sized(answered(t, q, func(m *dnsmessage.Message) { m.ID++ }, record("www.example.com.", 60, number(66))))}
		}, "the answer is to another question|connection reset"},
		{"a flood of strays", func(t *testing.T, q dnsmessage.Message) [][]byte {
			stray := answered(t, q, func(m *dnsmessage.Message) { m.ID++ }, record("www.example.com.", 60, number(66)))
			var flood [][]byte
			for range 150 {
				flood = append(flood, stray)
			}
			return flood
		}, nil, "the answers are all to other questions"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := serve(t, func(q dnsmessage.Message) [][]byte { return tt.udp(t, q) }, func(q dnsmessage.Message) [][]byte {
				if tt.tcp == nil {
					return nil
				}
				return tt.tcp(t, q)
			})
			_, err := lookup(t, hostile.Args{"name": value.String("www.example.com"), "server": value.String(server)})
			fits := false
			for want := range strings.SplitSeq(tt.want, "|") {
				fits = fits || err != nil && strings.HasPrefix(err.Error(), "www.example.com: "+server+": ") && strings.Contains(err.Error(), want)
			}
			if !fits {
				t.Errorf("error is %v, want %s", err, tt.want)
			}
		})
	}
}

func TestASilentServer(t *testing.T) {
	server := serve(t, func(dnsmessage.Message) [][]byte { return nil }, nil)
	_, err := lookup(t, hostile.Args{"name": value.String("www.example.com"), "server": value.String(server), "timeout": value.Duration(50 * time.Millisecond)})
	if want := "www.example.com: timed out after 50ms"; err == nil || err.Error() != want {
		t.Errorf("error is %v, want %s", err, want)
	}
}

// TestHostileNames: the name that the server is asked for is the text, or
// nothing is sent.
func TestHostileNames(t *testing.T) {
	asked := make(chan string, 10)
	server := serve(t, func(q dnsmessage.Message) [][]byte {
		asked <- q.Questions[0].Name.String()
		return [][]byte{answered(t, q, nil)}
	}, nil)
	sent := 0
	for _, text := range append(hostile.Strings(), "*.example.com", "_sip._tcp.example.com", "a.b.") {
		_, err := lookup(t, hostile.Args{"name": value.String(text), "server": value.String(server)})
		if err != nil {
			if !strings.HasPrefix(err.Error(), "name is ") {
				t.Errorf("%q: %v", text, err)
			}
			continue
		}
		sent++
		if got := <-asked; got != strings.TrimSuffix(text, ".")+"." {
			t.Errorf("%q: the server was asked for %q", text, got)
		}
		for _, param := range []string{"server", "type"} {
			args := hostile.Args{"name": value.String("www.example.com"), "server": value.String(server)}
			args[param] = value.String(text + "\x00")
			if _, err := lookup(t, args); err == nil || !strings.HasPrefix(err.Error(), param+" is ") {
				t.Errorf("%s %q: %v", param, text, err)
			}
		}
	}
	if sent < 4 || len(asked) > 0 {
		t.Errorf("%d names were asked for, and %d unasked", sent, len(asked))
	}
}

func FuzzRead(f *testing.F) {
	q := dnsmessage.Question{Name: dnsmessage.MustNewName("www.example.com."), Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET}
	m := dnsmessage.Message{Header: dnsmessage.Header{Response: true}, Questions: []dnsmessage.Question{q}}
	m.Answers = []dnsmessage.Resource{record("www.example.com.", 60, alias("a.example.")), record("a.example.", 60, number(7))}
	packet, err := m.Pack()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(packet, uint16(dnsmessage.TypeA))
	f.Add(packet, uint16(dnsmessage.TypeCNAME))
	f.Fuzz(func(t *testing.T, packet []byte, kind uint16) {
		q := q
		q.Type = dnsmessage.Type(kind)
		records, ttl, err := dns.Read(packet, q)
		if err == nil && (ttl < 0 || ttl > 1<<31*time.Second || len(records) > len(packet)) {
			t.Errorf("%d records for %s of %d bytes", len(records), ttl, len(packet))
		}
	})
}
