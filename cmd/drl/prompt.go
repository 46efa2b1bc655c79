package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/user"
	"slices"
	"strings"

	"github.com/drl-lang/drl/runtime/engine"
	"github.com/drl-lang/drl/runtime/event"
	"github.com/drl-lang/drl/runtime/report"
)

// prompt asks the person at the terminal.
type prompt struct {
	terminal *report.Terminal // is quiet while a question is open
	drain    func()           // returns when all of it is on the screen; nil: it is
	where    string           // "production (guarded)"; "" without targets
	operator string
	text     func(string) string // masks secrets
	open     func() (*tty, error)
}

// ask puts the question and waits for an answer that it allows. Nothing that
// was typed before the question counts.
func (p *prompt) ask(ctx context.Context, q event.Asked) (event.Answered, error) {
	t, err := p.open()
	if err != nil {
		return event.Answered{}, engine.ErrNobody
	}
	defer t.Close()
	urgent := func(line string) { fmt.Fprintf(t, "\n%s\n  %s: ", line, hintOf(q)) }
	lend := func(f func()) {
		t.lend(f)
		fmt.Fprintf(t, "%s  %s: ", p.question(q), hintOf(q))
	}
	p.terminal.Suspend(urgent, lend)
	defer p.terminal.Resume()
	if p.drain != nil {
		p.drain()
	}

	fmt.Fprint(t, p.question(q))
	t.forget()
	for {
		answer, note, err := p.answer(ctx, t, q)
		var again retry
		switch {
		case errors.As(err, &again):
			fmt.Fprintf(t, "  %s\n", again)
			continue
		case errors.Is(err, io.EOF):
			fmt.Fprintln(t, "  no answer")
			return event.Answered{}, engine.ErrNobody
		case err != nil:
			fmt.Fprintln(t)
			return event.Answered{}, err
		}
		return event.Answered{ID: q.ID, Answer: answer, By: p.operator, Note: note}, nil
	}
}

// retry says why an answer can't be taken.
type retry string

func (r retry) Error() string { return string(r) }

func (p *prompt) question(q event.Asked) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n? %s\n", report.Visible(p.text(q.Question)))
	if p.where != "" {
		fmt.Fprintf(&b, "  on %s\n", report.Visible(p.text(p.where)))
	}
	if q.By != "" {
		fmt.Fprintf(&b, "  for %s to answer\n", report.Visible(p.text(q.By)))
	}
	return b.String()
}

// answer reads one answer and tells whether it fits the question.
func (p *prompt) answer(ctx context.Context, t *tty, q event.Asked) (answer, note string, err error) {
	if q.Secret {
		restore, err := t.hidden()
		if err != nil {
			return "", "", fmt.Errorf("the terminal would show the secret: %w", err)
		}
		defer restore()
	}
	fmt.Fprint(t, "  "+hintOf(q)+": ")
	line, err := t.line(ctx)
	if err != nil {
		return "", "", err
	}
	if q.Secret {
		if line == "" {
			return "", "", retry("nothing was typed")
		}
		return line, "", nil
	}
	return judge(q, line)
}

// hintOf says what can be typed.
func hintOf(q event.Asked) string {
	switch {
	case q.Secret:
		return "it is not shown while you type"
	case q.Type == "ask":
		return "your answer"
	case q.Typed != "":
		return "type " + report.Visible(q.Typed) + " to say yes, or no"
	case len(q.Options) > 0:
		return strings.Join(q.Options[:len(q.Options)-1], ", ") + " or " + q.Options[len(q.Options)-1]
	}
	return "yes or no, and a note if you like"
}

// judge reads a line as an answer: a first word or two that decide, and for
// confirmations a note.
func judge(q event.Asked, line string) (answer, note string, err error) {
	line = strings.TrimSpace(line)
	switch {
	case q.Type == "ask":
		if line == "" {
			return "", "", retry("nothing was typed")
		}
		return line, "", nil
	case q.Typed != "":
		if rest, ok := strings.CutPrefix(line, q.Typed); ok && (rest == "" || rest[0] == ' ' || rest[0] == ',') {
			return "yes", strings.Trim(rest, " ,"), nil
		}
		if word, rest := firstWord(line); strings.EqualFold(word, "no") || strings.EqualFold(word, "n") {
			return "no", rest, nil
		}
		return "", "", retry("that is neither " + report.Visible(q.Typed) + " nor no")
	case len(q.Options) > 0:
		return choose(q.Options, line)
	}
	word, rest := firstWord(line)
	switch strings.ToLower(word) {
	case "yes", "y":
		return "yes", rest, nil
	case "no", "n":
		return "no", rest, nil
	}
	return "", "", retry("that is neither yes nor no")
}

func firstWord(line string) (word, rest string) {
	i := strings.IndexAny(line, " ,\t")
	if i < 0 {
		return line, ""
	}
	return line[:i], strings.Trim(line[i:], " ,\t")
}

// choose finds the option that the line is the beginning of; exactly one.
func choose(options []string, line string) (answer, note string, err error) {
	lower := strings.ToLower(line)
	if i := slices.IndexFunc(options, func(o string) bool { return strings.ToLower(o) == lower }); i >= 0 {
		return options[i], "", nil
	}
	var fits []string
	for _, o := range options {
		if lower != "" && strings.HasPrefix(strings.ToLower(o), lower) {
			fits = append(fits, o)
		}
	}
	switch len(fits) {
	case 1:
		return fits[0], "", nil
	case 0:
		return "", "", retry("that is none of " + strings.Join(options, ", "))
	}
	return "", "", retry("that could be " + strings.Join(fits, " or "))
}

// operator is the name of the person who started drl.
func operator() string {
	u, err := user.Current()
	if err != nil {
		return ""
	}
	return u.Username
}
