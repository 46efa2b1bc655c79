package notify

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/nicholas-fedor/shoutrrr/pkg/services/chat/discord"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/chat/slack"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/chat/teams"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/chat/telegram"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/incident/opsgenie"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/incident/pagerduty"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/specialized/generic"
	shoutrrr "github.com/nicholas-fedor/shoutrrr/pkg/types"

	"github.com/drl-lang/drl/builtins"
)

const wanted = "want an https webhook, or one of slack:// teams:// discord:// telegram:// pagerduty:// opsgenie:// smtp:// generic://"

// services are those that the library talks to, by the scheme of their
// addresses; mail and webhooks are ours.
var services = map[string]func() shoutrrr.Service{
	"slack":     func() shoutrrr.Service { return &slack.Service{} },
	"teams":     func() shoutrrr.Service { return &teams.Service{} },
	"discord":   func() shoutrrr.Service { return &discord.Service{} },
	"telegram":  func() shoutrrr.Service { return &telegram.Service{} },
	"pagerduty": func() shoutrrr.Service { return &pagerduty.Service{} },
	"opsgenie":  func() shoutrrr.Service { return &opsgenie.Service{} },
	"generic":   func() shoutrrr.Service { return &generic.Service{} },
}

// quiet is where the library logs to: what it logs may hold the address.
type quiet struct{}

func (quiet) Print(...any)          {}
func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// deliver sends a message to a service at an address of its own scheme.
func deliver(ctx context.Context, h *builtins.Host, address, title, text string) error {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return errors.New("url is no address, " + wanted) // the library's error would show it
	}
	scheme, custom, _ := strings.Cut(strings.ToLower(u.Scheme), "+")
	if scheme == "smtp" {
		return hideParts(mail(ctx, h, u, title, text), u)
	}
	make, ok := services[scheme]
	if !ok {
		return errors.New("url is of no service that is known, " + wanted)
	}
	service := make()
	if custom != "" {
		// generic+https://example.com/hook is that address with the service's
		// settings in its query.
		maker, ok := service.(interface {
			GetConfigURLFromCustom(*url.URL) (*url.URL, error)
		})
		if !ok {
			return errors.New("url is of no service that is known, " + wanted)
		}
		if u, err = maker.GetConfigURLFromCustom(u); err != nil {
			return hideParts(fmt.Errorf("url is not as %s wants it: %w", scheme, err), u)
		}
	}
	if err := service.Initialize(u, quiet{}); err != nil {
		return hideParts(fmt.Errorf("url is not as %s wants it: %w", scheme, err), u)
	}
	// Webhooks of these two are addresses that our own way knows, which lets
	// no data ping anybody and never waits for longer than the deadline.
	switch s := service.(type) {
	case *discord.Service:
		return webhook(ctx, h, discord.CreateAPIURLFromConfig(s.Config), title, text)
	case *slack.Service:
		if !s.Config.Token.IsAPIToken() {
			return webhook(ctx, h, s.Config.Token.WebhookURL(), title, text)
		}
		title, text = escapeSlack(title), escapeSlack(text)
	case *teams.Service:
		title, text = escapeTeams(title), escapeTeams(text)
	case *pagerduty.Service:
		title, text = "", headed(title, text, "") // an alert of theirs has one text
		if s.Config.Port == 0 {
			s.Config.Port = 443 // which the library forgets where the address names a host
		}
	}
	params := shoutrrr.Params{}
	if title != "" {
		params["title"] = title
	}
	return through(ctx, h, partsOf(u), func() error { return service.Send(text, &params) })
}

// escapeTeams makes of any text one that Teams shows as it is: its cards are
// Markdown.
func escapeTeams(text string) string {
	var b strings.Builder
	for _, c := range text {
		switch {
		case c == '<':
			b.WriteString("&lt;")
			continue
		case c == '&':
			b.WriteString("&amp;")
			continue
		case strings.ContainsRune("\\`*_[]#|~", c):
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// shortestPart is the length from which a part of an address is looked for in
// an error: tokens are longer, words may be as short.
const shortestPart = 5

// partsOf returns what may be secret in an address, the longest first:
// services take it apart and put its pieces into addresses of their own.
func partsOf(u *url.URL) []string {
	pieces := strings.Split(u.Path, "/")
	if !strings.Contains(u.Hostname(), ".") {
		pieces = append(pieces, u.Hostname()) // of Teams, the tenant
	}
	if u.User != nil {
		password, _ := u.User.Password()
		pieces = append(pieces, u.User.Username(), password)
	}
	for _, values := range u.Query() {
		pieces = append(pieces, values...)
	}
	var parts []string
	for _, piece := range pieces {
		for _, part := range append(strings.FieldsFunc(piece, func(c rune) bool { return strings.ContainsRune("-@:", c) }), piece) {
			for _, form := range []string{part, url.PathEscape(part), url.QueryEscape(part)} {
				if len(form) >= shortestPart {
					parts = append(parts, form)
				}
			}
		}
	}
	slices.SortFunc(parts, func(a, b string) int { return len(b) - len(a) })
	return parts
}

// hideParts masks in an error what may be secret in an address.
func hideParts(err error, u *url.URL) error {
	if err == nil || u == nil {
		return err
	}
	text := hide(err.Error(), partsOf(u))
	if text == err.Error() {
		return err
	}
	return errors.New(text)
}

func hide(text string, parts []string) string {
	for _, part := range parts {
		text = strings.ReplaceAll(text, part, "•••")
	}
	return text
}
