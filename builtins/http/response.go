package http

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	nethttp "net/http"
	"strconv"
	"strings"
	"time"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/value"
)

// Response is a reply, whatever its status.
type Response struct {
	Status    int                   `drl:"status" doc:"the status code"`
	OK        bool                  `drl:"ok" doc:"whether the status is 200 to 299"`
	Latency   time.Duration         `drl:"latency" doc:"from the first request's start to the end of the body"`
	Body      string                `drl:"body" doc:"the body, byte for byte"`
	SHA256    string                `drl:"sha256" doc:"the digest of the body's bytes, in hexadecimal"`
	JSON      value.Value           `drl:"json" doc:"the body read as JSON; where it is none, using it fails and says what the body is"`
	Headers   builtins.Headers      `drl:"headers" doc:"the headers, by name in any case; several of one name are joined by commas"`
	Cookies   map[string]string     `drl:"cookies" doc:"the cookies that were set on the way, by name"`
	Size      value.Size            `drl:"size" doc:"the body's length"`
	URL       string                `drl:"url" doc:"the address that replied, without passwords and tokens"`
	Redirects []string              `drl:"redirects" doc:"the addresses that redirected on the way, first to last"`
	Timings   timings               `drl:"timings" doc:"how long each part of the last request took"`
	TLS       *builtins.Certificate `drl:"tls" doc:"the server's certificate; null without TLS"`
}

type timings struct {
	DNS       time.Duration `drl:"dns" doc:"to look the name up"`
	Connect   time.Duration `drl:"connect" doc:"to connect"`
	TLS       time.Duration `drl:"tls" doc:"to agree on encryption"`
	FirstByte time.Duration `drl:"first_byte" doc:"from the start of the request to the reply's first byte"`
}

// read fills the reply from what the server sent, with the limits on it.
func (x *Response) read(r *request, reply *nethttp.Response, now time.Time) error {
	defer reply.Body.Close()
	x.Status = reply.StatusCode
	x.OK = reply.StatusCode >= 200 && reply.StatusCode < 300
	if r.discard {
		n, err := io.Copy(io.Discard, io.LimitReader(reply.Body, int64(r.MaxBody)+1))
		return r.whole(n, err)
	}
	content, err := readAll(io.LimitReader(reply.Body, int64(r.MaxBody)+1))
	if err := r.whole(int64(len(content)), err); err != nil {
		return err
	}
	x.Body = string(content)
	x.Size = value.Size(len(content))
	sum := sha256.Sum256(content)
	x.SHA256 = hex.EncodeToString(sum[:])
	x.JSON = readJSON(content, reply.Header.Get("Content-Type"))
	x.Headers = builtins.Headers{}
	for name, values := range reply.Header {
		x.Headers[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	if reply.TLS != nil && len(reply.TLS.PeerCertificates) > 0 {
		c := builtins.NewCertificate(reply.TLS.PeerCertificates[0], now)
		c.Trusted = true // the connection would not stand otherwise
		x.TLS = &c
	}
	return nil
}

// readAll is io.ReadAll for bodies that may be long: it leaves no garbage of
// several times their length behind.
func readAll(r io.Reader) ([]byte, error) {
	const most = 64 << 10
	var blocks [][]byte
	n := 0
	for {
		block := make([]byte, min(512+n, most)) // most bodies are short
		filled := 0
		var err error
		for filled < len(block) && err == nil {
			var more int
			more, err = r.Read(block[filled:])
			filled += more
		}
		blocks = append(blocks, block[:filled])
		n += filled
		if err != nil {
			return bytes.Join(blocks, nil), ignoreEOF(err)
		}
	}
}

// whole tells whether a body of n bytes that ended with err is all of it.
func (r *request) whole(n int64, err error) error {
	if err != nil {
		return fmt.Errorf("the reply broke off after %s: %w", value.Size(n), err)
	}
	if n > int64(r.MaxBody) {
		return fmt.Errorf("the reply is longer than %s (max_body)", r.MaxBody)
	}
	return nil
}

// readJSON returns the body as JSON, or what fails when it is used as such.
func readJSON(content []byte, kind string) value.Value {
	v, err := value.FromJSON(content)
	if err == nil {
		return v
	}
	if len(content) == 0 {
		return value.Failed{Err: errors.New("the reply has no body, want JSON")}
	}
	const most = 60
	start := []rune(strings.Join(strings.Fields(strings.ToValidUTF8(string(content[:min(len(content), 1000)]), "\ufffd")), " "))
	if len(start) > most {
		start = append(start[:most], '…')
	}
	kind, _, _ = strings.Cut(kind, ";")
	if kind == "" {
		kind = "no type"
	}
	return value.Failed{Err: fmt.Errorf("the reply is %w (%s, it begins with %s)", err, kind, strconv.Quote(string(start)))}
}
