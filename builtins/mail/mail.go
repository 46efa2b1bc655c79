// Package mail holds the builtins that speak to mail servers: whether one is
// there, and whether it takes a message. A password goes over TLS or not at
// all.
package mail

import "github.com/drl-lang/drl/builtins"

// Modules returns the module.
func Modules() []builtins.Module {
	return []builtins.Module{{
		Name: "mail",
		Doc: "Mail servers. mail.send takes the server of server:, else SMTP_URL: smtp://user:password@host:587, or smtps://…:465 for TLS from the start; " +
			"where there is a password, smtp:// turns to TLS too, or ends. The sender is from:, else MAIL_FROM.",
		Funcs: []*builtins.Func{server, send},
	}}
}
