package sql

import "strings"

// verb returns the first word of a statement in lower case, without the
// comments and parentheses before it; "" where there is none.
func verb(text string) string {
	text = start(text)
	for strings.HasPrefix(text, "(") {
		text = start(text[1:])
	}
	end := strings.IndexFunc(text, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '_'
	})
	if end < 0 {
		end = len(text)
	}
	if end == 0 && text != "" {
		return text // no word of SQL: for the message
	}
	return strings.ToLower(text[:end])
}

// start returns a text from its first letter on that is no blank, comment or
// semicolon.
func start(text string) string {
	for {
		text = strings.TrimLeft(text, " \t\r\n\f\v;")
		switch {
		case strings.HasPrefix(text, "--"):
			_, text, _ = strings.Cut(text, "\n")
		case strings.HasPrefix(text, "/*") && !strings.HasPrefix(text, "/*!") && !strings.HasPrefix(text, "/*M!"):
			text = afterComment(text)
		default:
			return text
		}
	}
}

// afterComment returns what follows the comment that text begins with. In
// PostgreSQL comments nest.
func afterComment(text string) string {
	depth := 0
	for i := 0; i+1 < len(text); i++ {
		switch text[i : i+2] {
		case "/*":
			depth++
			i++
		case "*/":
			depth--
			i++
			if depth == 0 {
				return text[i+1:]
			}
		}
	}
	return ""
}
