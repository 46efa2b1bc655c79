package encode

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

type urlEncodeArgs struct {
	Text builtins.Text `drl:"text" doc:"any text"`
}

var urlEncode = builtins.New("url.encode", types.Pure,
	"Write a text so that it can stand anywhere in an address as one piece.",
	func(_ context.Context, _ *builtins.Host, a urlEncodeArgs) (builtins.Text, error) {
		return a.Text.Like(value.AddressPiece(a.Text.Reveal())), nil
	}).With(`let page = "https://example.com/tags/{url.encode("a/b c")}"`)

type urlQueryArgs struct {
	Query map[string]value.Value `drl:"query" doc:"names and values; a list gives its name several times"`
}

var urlQuery = builtins.New("url.query", types.Pure, "Write the query of an address, without its question mark.",
	func(_ context.Context, _ *builtins.Host, a urlQueryArgs) (builtins.Text, error) {
		query := builtins.Query(a.Query)
		text := builtins.Plain(query.Encode())
		for _, v := range a.Query {
			if value.HoldsSecret(v) {
				return builtins.Hidden(text.Reveal()), nil
			}
		}
		return text, nil
	}).With(`let query = url.query({ page: 2, tag: ["new", "open"] })`)

type urlPartsArgs struct {
	URL builtins.Text `drl:"url" doc:"an absolute address"`
}

type urlPartsResult struct {
	Scheme   string            `drl:"scheme" doc:"https, postgres, …"`
	Host     string            `drl:"host" doc:"the host's name or number, without the port"`
	Port     *int              `drl:"port" doc:"the port, where the address says one"`
	User     string            `drl:"user" doc:"the user's name, or empty"`
	Password value.Secret      `drl:"password" doc:"the password, or empty"`
	Path     string            `drl:"path" doc:"the path, with its slash"`
	Query    map[string]string `drl:"query" doc:"the query; of a name that stands there twice, the first"`
}

var urlParts = builtins.New("url.parts", types.Pure, "Take an address apart.",
	func(_ context.Context, _ *builtins.Host, a urlPartsArgs) (urlPartsResult, error) {
		var parts urlPartsResult
		u, err := url.Parse(a.URL.Reveal())
		if err != nil || u.Scheme == "" || u.Host == "" {
			// The library's error would show the whole address.
			return parts, errors.New("url is no absolute address, want one such as https://example.com/path")
		}
		parts = urlPartsResult{Scheme: u.Scheme, Host: u.Hostname(), Path: u.Path, Query: map[string]string{}}
		if text := u.Port(); text != "" {
			port, err := strconv.Atoi(text)
			if err != nil || port > 65535 {
				return parts, fmt.Errorf("port is %s, want 1 to 65535", text)
			}
			parts.Port = &port
		}
		if u.User != nil {
			parts.User = u.User.Username()
			password, _ := u.User.Password()
			parts.Password = value.NewSecret(password)
		}
		for name, values := range u.Query() {
			parts.Query[name] = values[0]
		}
		return parts, nil
	}).With(`let host = url.parts("postgres://app@db.example.com:5432/tickets").host`)
