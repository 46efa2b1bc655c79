package redis_test

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	library "github.com/redis/go-redis/v9"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/hostile"
	"github.com/drl-lang/drl/builtins/redis"
	"github.com/drl-lang/drl/lang/value"
)

func ask(t *testing.T, h *builtins.Host, name string, args hostile.Args) (value.Value, error) {
	t.Helper()
	return hostile.Call(t, redis.Modules(), h, name, nil, args)
}

func text(s string) value.Value { return value.String(s) }

// direct is a client of the test's own, which removes its keys.
func direct(t *testing.T, address string, prefix string) *library.Client {
	t.Helper()
	options, err := library.ParseURL(address)
	if err != nil {
		t.Fatal(err)
	}
	c := library.NewClient(options)
	t.Cleanup(func() {
		defer c.Close()
		for keys := c.Scan(context.Background(), 0, prefix+"*", 1000).Iterator(); keys.Next(context.Background()); {
			c.Del(context.Background(), keys.Val())
		}
	})
	return c
}

func TestRealRedis(t *testing.T) {
	address := hostile.Real(t, "DRL_TEST_REDIS")
	h := hostile.Host(t)
	h.Env = func(name string) (string, bool) { return address, name == "REDIS_URL" }
	prefix := fmt.Sprintf("drl-test-%d-", time.Now().UnixNano())
	c := direct(t, address, prefix)
	ctx := t.Context()
	for _, cmd := range []library.Cmder{
		c.Set(ctx, prefix+"text", "grüße\r\n+OK", time.Minute), c.Set(ctx, prefix+"bytes", "\xff\x00", time.Minute),
		c.RPush(ctx, prefix+"list", 1, 2, 3), c.SAdd(ctx, prefix+"set", 1, 2), c.HSet(ctx, prefix+"hash", "a", 1),
		c.ZAdd(ctx, prefix+"zset", library.Z{Member: "a"}), c.XAdd(ctx, &library.XAddArgs{Stream: prefix + "stream", Values: []string{"a", "1"}}),
	} {
		if cmd.Err() != nil {
			t.Fatal(cmd.Err())
		}
	}
	if got, err := ask(t, h, "redis.ping", nil); err != nil || hostile.Field(t, got, "latency").(value.Duration) <= 0 {
		t.Errorf("redis.ping = %v, %v", got, err)
	}
	got, err := ask(t, h, "redis.info", nil)
	if err != nil || hostile.Field(t, got, "version").String() == "" || hostile.Field(t, got, "role") != text("master") || hostile.Field(t, got, "clients").(value.Int) < 1 || hostile.Field(t, got, "memory").(value.Size) < 1 {
		t.Errorf("redis.info = %v, %v", got, err)
	}
	for key, want := range map[string]value.Value{"list": value.Int(3), "set": value.Int(2), "hash": value.Int(1), "zset": value.Int(1), "stream": value.Int(1), "none": value.Int(0)} {
		if got, err := ask(t, h, "redis.length", hostile.Args{"key": text(prefix + key)}); err != nil || got != want {
			t.Errorf("redis.length(%s) = %v, %v, want %v", key, got, err, want)
		}
	}
	for key, want := range map[string]value.Value{"text": text("grüße\r\n+OK"), "none": value.Null{}} {
		if got, err := ask(t, h, "redis.get", hostile.Args{"key": text(prefix + key)}); err != nil || got != want {
			t.Errorf("redis.get(%s) = %v, %v, want %v", key, got, err, want)
		}
	}
	for name, want := range map[string]string{
		"redis.get bytes":   "is no text: its bytes are no UTF-8",
		"redis.get list":    "WRONGTYPE Operation against a key holding the wrong kind of value",
		"redis.length text": "is a string, want a list, a set, a hash or a stream",
	} {
		call, key, _ := strings.Cut(name, " ")
		if got, err := ask(t, h, call, hostile.Args{"key": text(prefix + key)}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s = %v, %v, want %s", name, got, err, want)
		}
	}
	// Each text is a key as it stands.
	for _, key := range hostile.Strings() {
		if err := c.Set(ctx, prefix+key, "of "+fmt.Sprintf("%q", key), time.Minute).Err(); err != nil {
			t.Fatal(err)
		}
		if got, err := ask(t, h, "redis.get", hostile.Args{"key": text(prefix + key)}); err != nil || got != text("of "+fmt.Sprintf("%q", key)) {
			t.Errorf("redis.get(%q) = %v, %v", key, got, err)
		}
	}
}

// A server of the test's own, with a password and TLS.
func TestPasswordAndTLS(t *testing.T) {
	hostile.Real(t, "DRL_TEST_REDIS")
	program, err := exec.LookPath("redis-server")
	if err != nil {
		t.Fatal("DRL_TEST_REDIS is set, and there is no redis-server on PATH")
	}
	dir := t.TempDir()
	authority := hostile.NewAuthority(t)
	certificate := authority.Certificate(t, nil)
	key, err := x509.MarshalECPrivateKey(certificate.PrivateKey.(*ecdsa.PrivateKey))
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{"cert.pem": {Type: "CERTIFICATE", Bytes: certificate.Certificate[0]}, "key.pem": {Type: "EC PRIVATE KEY", Bytes: key}} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	listener.Close()
	const password = "s3cret/of a test"
	cmd := exec.Command(program, "--port", "0", "--tls-port", port, "--bind", "127.0.0.1", "--tls-cert-file", "cert.pem", "--tls-key-file", "key.pem",
		"--tls-ca-cert-file", authority.CA, "--tls-auth-clients", "no", "--requirepass", password, "--save", "", "--dir", dir)
	cmd.Dir = dir
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	lines := bufio.NewScanner(output)
	for lines.Scan() && !strings.Contains(lines.Text(), "eady to accept connections") {
	}
	h := hostile.Host(t)
	at := "127.0.0.1:" + port
	address := func(user string) value.Value {
		return value.NewSecret("rediss://" + user + at + "/0?ssl_cert_reqs=required")
	}
	login := url.UserPassword("", password).String() + "@"
	if got, err := ask(t, h, "redis.ping", hostile.Args{"url": address(login), "ca": text(authority.CA)}); err != nil {
		t.Errorf("redis.ping = %v, %v", got, err)
	}
	for name, tt := range map[string]struct {
		args hostile.Args
		want string
	}{
		"no password":  {hostile.Args{"url": address(""), "ca": text(authority.CA)}, at + " wants a password: put it into the address, before the host"},
		"a wrong one":  {hostile.Args{"url": address(":wr0ng-password@"), "ca": text(authority.CA)}, at + " refuses the user and password"},
		"a wrong user": {hostile.Args{"url": address("nobody" + login), "ca": text(authority.CA)}, at + " refuses the user and password"},
		"no authority": {hostile.Args{"url": address(login)}, "trust its issuer"},
		"without TLS":  {hostile.Args{"url": value.NewSecret("redis://" + login + at)}, at + ": "},
	} {
		tt.args["timeout"] = value.Duration(20 * time.Second)
		_, err := ask(t, h, "redis.ping", tt.args)
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "wr0ng") {
			t.Errorf("%s: %v, want %s", name, err, tt.want)
		}
	}
}

func TestAddresses(t *testing.T) {
	h := hostile.Host(t)
	const usual = ", want an address such as redis://cache.internal:6379/0, with user:password@ before the host"
	for address, want := range map[string]string{
		"cache:6379":                 `url is "cache:6379"` + usual,
		"redis://:p4ss@a b":          `url is "redis://•••@a b"` + usual,
		"redis://cache/zero":         `url is "redis://cache/zero"` + usual,
		"http://cache":               `url is "http://cache"` + usual,
		"redis://u:p4ss@127.0.0.1:1": "127.0.0.1:1: dial tcp 127.0.0.1:1: connect: connection refused",
	} {
		if _, err := ask(t, h, "redis.ping", hostile.Args{"url": text(address)}); err == nil || err.Error() != want {
			t.Errorf("%s\n got %v\nwant %s", address, err, want)
		}
	}
	if _, err := ask(t, h, "redis.ping", nil); err == nil || err.Error() != "url is not given and REDIS_URL is not set: one of them says where to ask" {
		t.Errorf("no address: %v", err)
	}
}

// Servers that speak something else, or Redis's protocol as no Redis does.
func TestBadServers(t *testing.T) {
	fine := map[string]bool{"another word": true, "a number": true, "a huge number": true, "null": true} // a key may have these
	for name, says := range map[string]string{
		"nothing":       "",
		"HTTP":          "HTTP/1.1 400 Bad Request\r\n\r\n",
		"another word":  "+PANG\r\n",
		"an error":      "-ERR p4ssw0rd-of-a-test\x1b[2J " + strings.Repeat("x", 5000) + "\r\n",
		"a huge text":   "$9223372036854775806\r\nx",
		"a large text":  "$100000000000\r\nx",
		"no length":     "$x\r\n",
		"a huge list":   "*4294967295\r\n",
		"deep":          strings.Repeat("*1\r\n", 1_000_000),
		"a long line":   "+" + strings.Repeat("x", 1_000_000),
		"half":          "$100\r\nab",
		"a number":      ":1\r\n",
		"null":          "$-1\r\n",
		"a list":        "*1\r\n$4\r\nPONG\r\n",
		"a map":         "%1\r\n+a\r\n+b\r\n",
		"a huge number": ":99999999999999999999999\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := hostile.Serve(t, func(c net.Conn) {
				if greet(bufio.NewReader(c), c) != nil {
					return
				}
				io.WriteString(c, says)
				if says == "" {
					io.Copy(io.Discard, c)
				}
			})
			for _, call := range []string{"redis.ping", "redis.info", "redis.get", "redis.length"} {
				args := hostile.Args{"url": value.NewSecret("redis://:p4ssw0rd-of-a-test@" + address), "timeout": value.Duration(time.Second)}
				if call == "redis.get" || call == "redis.length" {
					args["key"] = text("k")
				}
				_, err := ask(t, hostile.Host(t), call, args)
				if call == "redis.get" && err == nil && fine[name] {
					continue
				}
				if err == nil || strings.Contains(err.Error(), "p4ssw0rd") || strings.Contains(err.Error(), "drl has a bug") || len(err.Error()) > 500 || strings.Contains(err.Error(), "\x1b") {
					t.Errorf("%s: %v", call, err)
				}
				t.Log(err)
			}
		})
	}
}

// Nothing is left open when a call is over.
func TestConnectionsEnd(t *testing.T) {
	ended := make(chan struct{})
	address := hostile.Serve(t, func(c net.Conn) {
		in := bufio.NewReader(c)
		for greet(in, c) == nil {
			io.WriteString(c, "+PONG\r\n")
		}
		close(ended)
	})
	if _, err := ask(t, hostile.Host(t), "redis.ping", hostile.Args{"url": text("redis://" + address)}); err != nil {
		t.Fatal(err)
	}
	<-ended
}

// greet answers a client's commands up to the first that is not for logging
// in, as an old server would.
func greet(in *bufio.Reader, out io.Writer) error {
	for {
		var count int
		if _, err := fmt.Fscanf(in, "*%d\r\n", &count); err != nil {
			return err
		}
		word := ""
		for i := range count {
			var length int
			if _, err := fmt.Fscanf(in, "$%d\r\n", &length); err != nil {
				return err
			}
			b := make([]byte, length+2)
			if _, err := io.ReadFull(in, b); err != nil {
				return err
			}
			if i == 0 {
				word = strings.ToLower(string(b[:length]))
			}
		}
		switch word {
		case "hello":
			io.WriteString(out, "-ERR unknown command 'HELLO'\r\n")
		case "auth", "select":
			io.WriteString(out, "+OK\r\n")
		default:
			return nil
		}
	}
}
