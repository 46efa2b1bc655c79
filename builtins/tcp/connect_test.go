package tcp_test

import (
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/builtins/tcp"
	"github.com/drl-lang/drl/lang/value"
)

func connect(t *testing.T, h *builtins.Host, address value.Value) (value.Value, error) {
	return hostile.Call(t, tcp.Modules(), h, "tcp.connect", nil, hostile.Args{"address": address})
}

func TestConnect(t *testing.T) {
	said := make(chan string, 1)
	address := hostile.Serve(t, func(c net.Conn) {
		c.Write([]byte("\x1b[2Jbanner")) // nobody reads it
		all, _ := io.ReadAll(c)
		said <- string(all)
	})
	got, err := connect(t, hostile.Host(t), value.String(address))
	if err != nil {
		t.Fatal(err)
	}
	if latency := hostile.Field(t, got, "latency").(value.Duration); latency <= 0 {
		t.Errorf("latency is %s", latency)
	}
	if text := <-said; text != "" {
		t.Errorf("the server was sent %q", text)
	}
}

func TestConnectFails(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := listener.Addr().String()
	listener.Close()
	tests := []struct {
		address value.Value
		want    string
	}{
		{value.String(closed), closed + ": dial tcp " + closed + ": connect: connection refused"},
		{value.String("db.example.com"), `address is "db.example.com", which has no port: want one such as db.example.com:5432`},
		{value.String("db.example.com:0"), `port is "0", want 1 to 65535`},
		{value.String("db.example.com:99999"), `port is "99999", want 1 to 65535`},
		{value.String("a b:80"), `address is "a b:80", want one such as db.example.com:5432`},
		{value.NewSecret("a b:80"), `address is •••, want one such as db.example.com:5432`},
		{value.String("postgres://u:p4ssw0rd@a b/x"), `address is "postgres://•••@a b/x", want one such as db.example.com:5432`},
	}
	for _, tt := range tests {
		if _, err := connect(t, hostile.Host(t), tt.address); err == nil || err.Error() != tt.want {
			t.Errorf("tcp.connect(%s)\n got %v\nwant %s", tt.address, err, tt.want)
		}
	}
}

func TestWhereItConnects(t *testing.T) {
	var dialed string
	h := &builtins.Host{Now: time.Now, Dial: func(_ context.Context, _, address string) (net.Conn, error) {
		dialed = address
		client, server := net.Pipe()
		server.Close()
		return client, nil
	}}
	for address, want := range map[string]string{
		"db.example.com:5432": "db.example.com:5432", "postgres://u:p@db.example.com/x": "db.example.com:5432",
		"https://example.com/a?b": "example.com:443", "https://[::1]:8443/": "[::1]:8443", "[::1]:80": "[::1]:80", "redis://cache": "cache:6379",
	} {
		dialed = ""
		if _, err := connect(t, h, value.String(address)); err != nil || dialed != want {
			t.Errorf("tcp.connect(%q) goes to %q, %v, want %s", address, dialed, err, want)
		}
	}
	// A hostile text is an address as it stands, or nothing is dialed.
	for _, text := range hostile.Strings() {
		dialed = ""
		if strings.Contains(text, "://") {
			continue // an address, which goes where it says
		}
		_, err := connect(t, h, value.String(text+":80"))
		if err == nil != (dialed != "") || dialed != "" && dialed != net.JoinHostPort(strings.Trim(text, "[]"), "80") {
			t.Errorf("tcp.connect(%q) goes to %q, %v", text+":80", dialed, err)
		}
	}
}
