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
	URL   value.Secret `drl:"url" doc:"a webhook's https address (Slack, Mattermost, Discord, Teams, or any that takes {\"text\": …}), or the address of a service: slack:// teams:// discord:// telegram:// pagerduty:// opsgenie:// smtp:// generic://, as drl help notify has them"`
	Text  string       `drl:"text" doc:"the message"`
	Title *string      `drl:"title" doc:"a line above it; of mail, the subject"`
}

var send = builtins.New("notify.send", types.Writes, "Send a message to a chat, a service that calls people, or by mail.",
	func(ctx context.Context, h *builtins.Host, a sendArgs) (struct{}, error) {
		title := ""
		if a.Title != nil {
			title = h.Masked(strings.Join(strings.Fields(*a.Title), " "))
		}
		text, address := h.Masked(a.Text), a.URL.Reveal()
		if scheme, _, _ := strings.Cut(strings.ToLower(address), "://"); scheme == "http" || scheme == "https" {
			return struct{}{}, webhook(ctx, h, address, title, text)
		}
		return struct{}{}, deliver(ctx, h, address, title, text)
	}).With(`notify.send(env("SLACK_URL"), "v1.2.3 is out", title: "ticketing")`)

// webhook posts a message to an address.
func webhook(ctx context.Context, h *builtins.Host, address, title, text string) error {
	status, reply, err := http.PostJSON(ctx, h, builtins.Hidden(address), format(address, title, text))
	if err != nil {
		return err
	}
	if status < 200 || status > 299 {
		return fmt.Errorf("the webhook answered %d: %s", status, short(reply))
	}
	return nil
}

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
		return object("text", value.String(cut(headed(escapeSlack(title), escapeSlack(text), "*"), 40000)))
	}
	return object("text", value.String(headed(title, text, "")))
}

func escapeSlack(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
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
