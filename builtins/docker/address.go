package docker

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/value"
)

const wantedAddress = "want one such as unix:///var/run/docker.sock or tcp://10.0.0.5:2376"

// endpoint is where an engine is.
type endpoint struct {
	network, address string // "unix" and a path, or "tcp", host and port
	keys             string // a folder with ca.pem, cert.pem and key.pem; "": no TLS
	unverified       bool   // as a context says
}

func (p endpoint) String() string { return p.network + "://" + p.address }

// locate finds the engine in the order of the docker program: what is given,
// DOCKER_HOST, DOCKER_CONTEXT, the configuration's context, the usual socket.
func locate(ctx context.Context, h *builtins.Host, given *string) (endpoint, error) {
	keys := ""
	if verify, _ := h.Getenv("DOCKER_TLS_VERIFY"); verify != "" {
		keys = configuration(h)
	}
	if folder, _ := h.Getenv("DOCKER_CERT_PATH"); folder != "" {
		keys = folder
	}
	if given != nil {
		return parseAddress("host", *given, keys)
	}
	if text, _ := h.Getenv("DOCKER_HOST"); text != "" {
		return parseAddress("DOCKER_HOST", text, keys)
	}
	name, _ := h.Getenv("DOCKER_CONTEXT")
	from := "DOCKER_CONTEXT"
	if name == "" {
		from = "currentContext of docker's configuration"
		settings, err := readSettings(ctx, h)
		if err != nil {
			return endpoint{}, err
		}
		name = settings.CurrentContext
	}
	if name == "" || name == "default" {
		return endpoint{network: "unix", address: "/var/run/docker.sock"}, nil
	}
	return contextAddress(ctx, h, from, name)
}

func parseAddress(from, text, keys string) (endpoint, error) {
	scheme, rest, _ := strings.Cut(text, "://")
	switch scheme {
	case "unix":
		if filepath.IsAbs(rest) && !strings.ContainsAny(rest, "\x00\n") {
			return endpoint{network: "unix", address: rest}, nil
		}
	case "tcp":
		usual := "2375"
		if keys != "" {
			usual = "2376"
		}
		host, port, err := builtins.Endpoint(builtins.Plain(rest), usual)
		if err == nil {
			return endpoint{network: "tcp", address: net.JoinHostPort(host, port), keys: keys}, nil
		}
	case "ssh":
		return endpoint{}, fmt.Errorf("%s is %s, and drl does not speak to an engine by ssh: run drl on that machine, or forward its socket "+
			"(ssh -N -L /tmp/docker.sock:/var/run/docker.sock HOST) and set DOCKER_HOST=unix:///tmp/docker.sock", from, value.QuoteString(builtins.Scrub(text)))
	case "npipe":
		return endpoint{}, fmt.Errorf("%s is %s, a pipe of Windows: %s", from, value.QuoteString(text), wantedAddress)
	}
	return endpoint{}, fmt.Errorf("%s is %s, %s", from, value.QuoteString(builtins.Scrub(text)), wantedAddress)
}

// contextAddress reads where the engine of a context is. Its files are in a
// folder that the SHA-256 of its name names.
// https://github.com/docker/cli/blob/master/cli/context/store/doc.go
func contextAddress(ctx context.Context, h *builtins.Host, from, name string) (endpoint, error) {
	sum := sha256.Sum256([]byte(name))
	id := hex.EncodeToString(sum[:])
	folder := filepath.Join(configuration(h), "contexts")
	none := fmt.Errorf("%s is %s, and there is no such context: docker context ls lists them", from, value.QuoteString(name))
	if configuration(h) == "" {
		return endpoint{}, none
	}
	path := filepath.Join(folder, "meta", id, "meta.json")
	if _, err := os.Stat(path); err != nil {
		return endpoint{}, none
	}
	text, err := h.ReadFile(ctx, path, mostSettings)
	if err != nil {
		return endpoint{}, err
	}
	var meta struct {
		Endpoints struct {
			Docker *struct {
				Host          string
				SkipTLSVerify bool
			} `json:"docker"`
		}
	}
	if err := json.Unmarshal(text, &meta); err != nil || meta.Endpoints.Docker == nil {
		return endpoint{}, fmt.Errorf("the context %s has no address of an engine: docker context inspect shows it", value.QuoteString(name))
	}
	keys := filepath.Join(folder, "tls", id, "docker")
	if _, err := os.Stat(keys); err != nil {
		keys = ""
	}
	at, err := parseAddress("the address of the context "+value.QuoteString(name), meta.Endpoints.Docker.Host, keys)
	at.unverified = meta.Endpoints.Docker.SkipTLSVerify
	return at, err
}

// dialer returns what connects to the engine.
func (p endpoint) dialer(ctx context.Context, h *builtins.Host) (func(context.Context, string, string) (net.Conn, error), error) {
	if h.Dial == nil {
		return nil, errors.New("there is no network here")
	}
	config, err := p.tls(ctx, h)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, _, _ string) (net.Conn, error) {
		conn, err := h.Dial(ctx, p.network, p.address)
		if err != nil {
			return nil, &unreachable{p, err}
		}
		if config == nil {
			return conn, nil
		}
		secure := tls.Client(conn, config)
		if err := secure.HandshakeContext(ctx); err != nil {
			conn.Close()
			return nil, &unreachable{p, err}
		}
		return secure, nil
	}, nil
}

// tls reads the keys, of which each file may be missing; nil: no TLS.
func (p endpoint) tls(ctx context.Context, h *builtins.Host) (*tls.Config, error) {
	if p.keys == "" || p.network != "tcp" {
		return nil, nil
	}
	host, _, err := net.SplitHostPort(p.address)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{ServerName: host, Time: h.Now, MinVersion: tls.VersionTLS12, InsecureSkipVerify: p.unverified}
	files := map[string][]byte{}
	for _, name := range []string{"ca.pem", "cert.pem", "key.pem"} {
		path := filepath.Join(p.keys, name)
		if _, err := os.Stat(h.Path(path)); err != nil {
			continue
		}
		if files[name], err = h.ReadFile(ctx, path, mostSettings); err != nil {
			return nil, err
		}
	}
	if ca := files["ca.pem"]; ca != nil {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(ca) {
			return nil, fmt.Errorf("%s holds no certificate in PEM", filepath.Join(p.keys, "ca.pem"))
		}
	}
	if cert, key := files["cert.pem"], files["key.pem"]; cert != nil && key != nil {
		pair, err := tls.X509KeyPair(cert, key)
		if err != nil {
			return nil, fmt.Errorf("the keys in %s: %w", p.keys, err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}
