// Package notify holds the builtins that tell people something.
package notify

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/builtins/http"
	"github.com/drl-lang/drl/lang/types"
	"github.com/drl-lang/drl/lang/value"
)

// Modules returns the module.
func Modules() []builtins.Module {
	return []builtins.Module{{
		Name:  "notify",
		Doc:   "Messages to people.",
		Funcs: []*builtins.Func{send},
	}}
}

type sendArgs struct {
	URL   value.Secret `drl:"url" doc:"the webhook's address: of Slack, Mattermost, Discord, Teams, or any that takes {\"text\": …}"`
	Text  string       `drl:"text" doc:"the message"`
	Title *string      `drl:"title" doc:"a line above it"`
}

var send = builtins.New("notify.send", types.Writes, "Send a message to a chat's webhook.",
	func(ctx context.Context, h *builtins.Host, a sendArgs) (struct{}, error) {
		title := ""
		if a.Title != nil {
			title = h.Masked(*a.Title)
		}
		message := format(a.URL.Reveal(), title, h.Masked(a.Text))
		status, reply, err := http.PostJSON(ctx, h, builtins.Hidden(a.URL.Reveal()), message)
		if err != nil {
			return struct{}{}, err
		}
		if status < 200 || status > 299 {
			return struct{}{}, fmt.Errorf("the webhook answered %d: %s", status, short(reply))
		}
		return struct{}{}, nil
	}).With(`notify.send(env("SLACK_URL"), "v1.2.3 is out", title: "ticketing")`)

// format writes the message as the service at the address wants it.
func format(address, title, text string) value.Value {
	host := ""
	if u, err := url.Parse(address); err == nil {
		host = strings.ToLower(u.Hostname())
	}
	switch {
	case isAt(host, "discord.com") || isAt(host, "discordapp.com"):
		// Discord takes at most 2000 characters, and pings nobody unless it
		// is allowed to. https://discord.com/developers/docs/resources/webhook
		return object(
			"content", value.String(cut(headed(title, text, "**"), 2000)),
			"allowed_mentions", object("parse", value.NewList(nil)))
	case isAt(host, "slack.com"):
		// Slack reads <…> and & as markup: data must not become a link or a
		// ping. https://api.slack.com/reference/surfaces/formatting
		escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace
		return object("text", value.String(cut(headed(escape(title), escape(text), "*"), 40000)))
	}
	return object("text", value.String(headed(title, text, "")))
}

func headed(title, text, bold string) string {
	if title == "" {
		return text
	}
	return bold + title + bold + "\n" + text
}

func cut(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}

func short(text string) string {
	return strconv.Quote(cut(strings.Join(strings.Fields(text), " "), 100))
}

func object(pairs ...any) value.Value {
	var names []string
	var values []value.Value
	for i := 0; i < len(pairs); i += 2 {
		names = append(names, pairs[i].(string))
		values = append(values, pairs[i+1].(value.Value))
	}
	return value.NewMap(names, values)
}

// isAt tells whether a host is of a domain.
func isAt(host, domain string) bool {
	return host == domain || strings.HasSuffix(host, "."+domain)
}
