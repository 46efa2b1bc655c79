package notify

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/value"
)

// names are the hosts that the services are at.
var names = []string{"slack.com", "hooks.slack.com", "discord.com", "api.telegram.org", "events.pagerduty.com", "api.opsgenie.com",
	"acme.webhook.office.com", "hooks.example.com", "mail.example.com"}

var certificate tls.Certificate

// TestMain makes this process trust a certificate for all of the services, so
// that they can be sent to a server of ours, over TLS as they are.
func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "notify-*")
	if err != nil {
		panic(err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "services"}, DNSNames: names,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	certificate = tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	file := filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		panic(err)
	}
	os.Setenv("SSL_CERT_FILE", file)
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// service is a real server that stands for all of them.
type service struct {
	host   *builtins.Host
	status int
	reply  string
	got    []string // method, host and path, authorization and body of each request
}

func newService(t *testing.T) *service {
	s := &service{status: 200, reply: "ok"}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.got = append(s.got, strings.Join(strings.Fields(r.Method+" "+r.Host+r.URL.Path+" "+r.Header.Get("Authorization")+" "+string(body)), " "))
		if s.status >= 300 && s.status < 400 {
			w.Header().Set("Location", "https://hooks.example.com/elsewhere")
		}
		w.WriteHeader(s.status)
		io.WriteString(w, s.reply)
	}))
	server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	server.StartTLS()
	t.Cleanup(server.Close)
	s.host = &builtins.Host{Now: time.Now, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
	}}
	return s
}

// notify calls notify.send.
func notify(t *testing.T, h *builtins.Host, address, text, title string, timeout time.Duration) error {
	args := make([]value.Value, len(send.Signature().Params))
	for i, p := range send.Signature().Params {
		switch p.Name {
		case "url":
			args[i] = value.NewSecret(address)
		case "text":
			args[i] = value.String(text)
		case "title":
			if title != "" {
				args[i] = value.String(title)
			}
		case "timeout":
			args[i] = value.Duration(timeout)
		}
	}
	_, err := send.Call(t.Context(), h, nil, args)
	return err
}

const (
	hookToken = "T00000000-B00000000-XXXXXXXXXXXXXXXXXXXXXXXX"
	group     = "11111111-4444-4444-8444-cccccccccccc"
	tenant    = "22222222-4444-4444-8444-cccccccccccc"
	alt       = "33333333012222222222333333333344"
	owner     = "44444444-4444-4444-8444-cccccccccccc"
	extra     = "V2ESyij_gAljSoUQHvZoZYzlpAoAXExyOl26dlf1xHEx05"
	routing   = "eb243592faa24ba2a5511afdf565c889"
)

// addresses has an address of each service, and what it is asked for.
var addresses = []struct{ name, address, want string }{
	{"slack, a webhook", "slack://hook:" + hookToken + "@webhook",
		`POST hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX {"text":"*v1 &lt;b&gt;*\nout: &lt;!channel&gt; &amp; \"more\""}`},
	{"discord", "discord://k3yk3yk3yk3y-k3yk3yk3yk3yk3yk3yk3yk3yk3yk3yk3yk3yk3yk3yk3yk3yk3yk3@123456789012345678",
		`POST discord.com/api/webhooks/123456789012345678/`},
	{"telegram", "telegram://110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw@telegram?chats=@channel-1,4242", `POST api.telegram.org/bot110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/sendMessage`},
	{"pagerduty", "pagerduty://events.pagerduty.com/" + routing, `POST events.pagerduty.com:443/v2/enqueue`},
	{"opsgenie", "opsgenie://api.opsgenie.com/3fc5eb13-4b2b-4f6e-8a8f-5f4ad0e3a1a1", `POST api.opsgenie.com:443/v2/alerts GenieKey 3fc5eb13-4b2b-4f6e-8a8f-5f4ad0e3a1a1`},
	{"teams", "teams://" + group + "@" + tenant + "/" + alt + "/" + owner + "/" + extra + "?host=acme.webhook.office.com", `POST acme.webhook.office.com/webhookb2/`},
	{"generic", "generic://hooks.example.com/k3yk3yk3y?template=json", `POST hooks.example.com/k3yk3yk3y {"message":"out: \u003c!channel\u003e \u0026 \"more\"","title":"v1 \u003cb\u003e"}`},
	{"generic of an address", "generic+https://hooks.example.com/k3yk3yk3y?@X-Team=ops", `POST hooks.example.com/k3yk3yk3y out: <!channel> & "more"`},
	{"slack, its API", "slack://xoxb:123456789012-1234567890123-4mt0t4l1YL3g1T5L4cK70k3N@C001CH4NN3L", `POST slack.com/api/chat.postMessage Bearer xoxb-`},
}

func TestServices(t *testing.T) {
	for _, tt := range addresses {
		t.Run(tt.name, func(t *testing.T) {
			s := newService(t)
			switch {
			case strings.HasPrefix(tt.address, "telegram"), strings.HasPrefix(tt.address, "slack://xoxb"):
				s.reply = `{"ok": true, "result": {"message_id": 1}}`
			case strings.HasPrefix(tt.address, "pagerduty"):
				s.status = 202
			}
			if err := notify(t, s.host, tt.address, `out: <!channel> & "more"`, "v1\n<b>", 20*time.Second); err != nil {
				t.Fatal(err)
			}
			if len(s.got) == 0 {
				t.Fatal("nothing was sent")
			}
			if got := s.got[0]; !strings.HasPrefix(got, tt.want) {
				t.Errorf("sent\n%s\nwant\n%s…", got, tt.want)
			}
			if !strings.Contains(s.got[0], "out:") {
				t.Errorf("the text is not in %s", s.got[0])
			}
		})
	}
}

// Whatever goes wrong is told, in few words, and without the address.
func TestWhatAServiceRefusesIsAnErrorWithoutItsKeys(t *testing.T) {
	keys := []string{"XXXXXXXX", "k3yk3y", "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", "110201543", routing, "3fc5eb13", "8a8f", "11111111", "33333333", "V2ESyij", "4mt0t4l1", "hunter2"}
	for _, tt := range addresses {
		for _, status := range []int{302, 403, 500} {
			s := newService(t)
			s.status = status
			s.reply = "refused: " + tt.address + " " + strings.Repeat("x", 100_000) + strings.Join(keys, " ")
			err := notify(t, s.host, tt.address, "text", "", 20*time.Second)
			if err == nil {
				t.Errorf("%s: a reply of %d is no error", tt.name, status)
				continue
			}
			for _, key := range keys {
				if strings.Contains(err.Error(), key) {
					t.Errorf("%s, %d: the error shows %s: %v", tt.name, status, key, err)
				}
			}
			if len(err.Error()) > 500 {
				t.Errorf("%s, %d: the error has %d letters", tt.name, status, len(err.Error()))
			}
			if len(s.got) > 1 && !strings.Contains(tt.name, "telegram") {
				t.Errorf("%s, %d: %d requests were sent: %q", tt.name, status, len(s.got), s.got)
			}
		}
	}
}

func TestAServerThatIsNotThere(t *testing.T) {
	h := &builtins.Host{Now: time.Now, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}
	}}
	for _, tt := range addresses {
		err := notify(t, h, tt.address, "text", "", 20*time.Second)
		if err == nil {
			t.Errorf("%s: no error", tt.name)
			continue
		}
		for _, key := range []string{"XXXX", "k3yk3y", "AAHdq", routing, "3fc5eb13", "V2ESyij", "4mt0t4l1"} {
			if strings.Contains(err.Error(), key) {
				t.Errorf("%s: the error shows %s: %v", tt.name, key, err)
			}
		}
	}
}

// A server that never answers costs no more than the deadline.
func TestTheDeadlineHolds(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	h := &builtins.Host{Now: time.Now, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, silent.Addr().String())
	}}
	for _, address := range []string{addresses[2].address, addresses[3].address, addresses[5].address, addresses[7].address,
		"smtp://mail.example.com:25/?from=drl@example.com&to=ops@example.com"} {
		started := time.Now()
		err := notify(t, h, address, "text", "", 200*time.Millisecond)
		if diff := cmp.Diff("timed out after 200ms", errorText(err)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", address, diff)
		}
		if took := time.Since(started); took > 10*time.Second {
			t.Errorf("%s took %v", address, took)
		}
	}
	if _, ours := http.DefaultTransport.(*http.Transport); !ours {
		t.Errorf("the process's transport is left a %T", http.DefaultTransport)
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestAddressesThatAreNone(t *testing.T) {
	h := newService(t).host
	for address, want := range map[string]string{
		"hunter2hunter2":                    "url is of no service that is known, " + wanted,
		"hunter2hunter2://x":                "url is of no service that is known, " + wanted,
		"sl\x00ack://hunter2":               "url is no address, " + wanted,
		"telegram+https://hunter2hunter2/x": "url is of no service that is known, " + wanted,
		"teams://hunter2hunter2@x/y":        "",
		"slack://hunter2hunter2":            "",
		"smtp://hunter2hunter2@mail.example.com/?from=a@example.com":                     "",
		"smtp://mail.example.com/?from=a@example.com&to=b@example.com&skiptlsverify=yes": "url says skiptlsverify, want a server whose certificate is trusted",
		"discord://hunter2hunter2@": "",
	} {
		err := notify(t, h, address, "text", "", time.Second)
		switch {
		case err == nil:
			t.Errorf("%q is no error", address)
		case strings.Contains(err.Error(), "hunter2"):
			t.Errorf("%q: the error shows it: %v", address, err)
		case want != "" && err.Error() != want:
			t.Errorf("%q: %v, want %s", address, err, want)
		}
	}
}

func FuzzDeliver(f *testing.F) {
	for _, tt := range addresses {
		f.Add(tt.address)
	}
	h := &builtins.Host{Now: time.Now, Dial: func(context.Context, string, string) (net.Conn, error) { return nil, io.ErrClosedPipe }}
	f.Fuzz(func(t *testing.T, address string) {
		if err := deliver(t.Context(), h, address, "title", "text"); err == nil {
			t.Errorf("%q was sent without a network", address)
		}
	})
}
