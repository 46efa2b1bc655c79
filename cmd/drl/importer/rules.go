package importer

import (
	"strings"

	"github.com/drl-lang/drl/lang/lazy"
)

// fitting is the node of an item whose words say what a rule of the library
// or a built-in does, or nil: then a person confirms it.
func (t *translation) fitting(it *item, title string) *node {
	if conditionWords().MatchString(title) && !strings.Contains(strings.ToLower(title), "changelog") {
		return nil
	}
	for _, fits := range []func(*item, string) *node{t.certificate, t.healthy, t.answers, t.changelog, t.exists, t.clean, t.runs} {
		if n := fits(it, title); n != nil {
			return n
		}
	}
	return nil
}

var (
	healthPath  = lazy.Regexp(`^/[A-Za-z0-9_./-]*(?i:health|healthz|ready|readyz|live|livez|liveness|readiness|status|ping)[A-Za-z0-9_-]*/?$`)
	healthURL   = lazy.Regexp(`^https?://[^\s{}"\\]+/[A-Za-z0-9_./-]*(?i:health|ready|live|ping)[A-Za-z0-9_-]*/?$`)
	answerWords = lazy.Regexp(`(?i)\b(accessible|answers?|is up|loads?|reachable|responds?|responding|returns?|serves?|is served|works?|healthy|online)\b`)
	answerCode  = lazy.Regexp(`(?i)\b(?:answers?|gives?|returns?|responds?(?: with)?)(?: with)?(?: an?)?(?: HTTP)?(?: status)?(?: code)? ([1-5]\d\d)\b`)
	lead        = lazy.Regexp(`(?i)^(check|verify|test|confirm|ensure)( that)?( the)?\s+`)
)

// healthy: "Auth Service: `/api/health/`", or an address that ends so.
func (t *translation) healthy(it *item, title string) *node {
	address := ""
	if len(it.urls) == 1 && healthURL().MatchString(it.urls[0]) && !answerCode().MatchString(title) {
		address = quote(it.urls[0])
	}
	if len(it.urls) == 0 && len(it.spans) == 1 && healthPath().MatchString(it.spans[0]) && !answerCode().MatchString(title) {
		who, _, _ := strings.Cut(title, "`")
		who = strings.TrimSpace(strings.TrimRight(lead().ReplaceAllString(who, ""), " :-–("))
		name, of := "address", "the release"
		if who != "" && len(plainWords(who)) <= 4 && !answerWords().MatchString(who) {
			name, of = who+" url", who
		}
		name = t.inputs.add(input{name: name, doc: "Where " + of + " answers, such as https://example.com."})
		address = `"{` + name + `}` + it.spans[0] + `"`
	}
	if address == "" {
		return nil
	}
	t.web = true
	return &node{kind: aRule, title: title, body: []string{"web.healthy(" + quote(title) + ", " + address + ")"}}
}

// answers: "https://shop.example.com is reachable", "… returns 404".
func (t *translation) answers(it *item, title string) *node {
	if len(it.urls) != 1 || len(it.links) > 0 || !answerWords().MatchString(title) || strings.ContainsAny(it.urls[0], "<>[]{}") {
		return nil
	}
	n := &node{kind: aCheck, title: title, clause: "within 1m", body: []string{"expect http.get(" + quote(it.urls[0]) + ").ok"}}
	if m := answerCode().FindStringSubmatch(title); m != nil {
		n.body = []string{"expect http.get(" + quote(it.urls[0]) + ").status == " + m[1]}
	}
	return n
}

var (
	certificateWords = lazy.Regexp(`(?i)\bcertificate\b.*\b(valid|expires?|lasts?|good)\b`)
	certificateDays  = lazy.Regexp(`(?i)\b(\d{1,3}) (?:more )?(day|week)s?\b`)
	hostName         = lazy.Regexp(`^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}$`)
)

// certificate: "Certificate of `shop.example.com` is valid for another 14 days".
func (t *translation) certificate(it *item, title string) *node {
	address := ""
	switch {
	case !certificateWords().MatchString(title) || len(it.links) > 0:
	case len(it.urls) == 1 && len(it.spans) < 2 && strings.HasPrefix(it.urls[0], "https://") && !strings.ContainsAny(it.urls[0], "<>[]{}"):
		address = it.urls[0]
	case len(it.urls) == 0 && len(it.spans) == 1 && hostName().MatchString(it.spans[0]):
		address = it.spans[0]
	}
	if address == "" {
		return nil
	}
	n := &node{kind: aCheck, title: title, body: []string{"let shown = tls.certificate(" + quote(address) + ")", `expect shown.trusted`}}
	if m := certificateDays().FindStringSubmatch(title); m != nil {
		n.body = append(n.body, "expect shown.expires_in > "+m[1]+strings.ToLower(m[2][:1]))
	}
	return n
}

var changelogWords = lazy.Regexp("(?i)^(?:update |the )*`?((?:docs/)?changelog(?:\\.md|\\.txt|\\.rst)?)`?(?: (?:is |was |has been |has an entry|names|lists|mentions|updated|up to date).*| \\(.*)?$")

// changelog: "CHANGELOG.md updated". It names the version, then.
func (t *translation) changelog(it *item, title string) *node {
	m := changelogWords().FindStringSubmatch(title)
	if m == nil || len(it.urls) > 0 {
		return nil
	}
	file := m[1]
	if !strings.Contains(file, ".") {
		file = "CHANGELOG.md"
	}
	t.versioned(true)
	n := &node{kind: aCheck, title: title, body: []string{"expect file.read(" + quote(file) + ") contains version"}}
	if conditionWords().MatchString(title) {
		n.clause = "or warn"
	}
	return n
}

var fileExists = lazy.Regexp("^(?:the )?(?:file )?`([A-Za-z0-9_./-]+)` (?:exists|is there|is present|was written)$")

// exists: "`.env.production` exists".
func (t *translation) exists(it *item, title string) *node {
	m := fileExists().FindStringSubmatch(title)
	if m == nil {
		return nil
	}
	return &node{kind: aCheck, title: title, body: []string{"expect file.exists(" + quote(m[1]) + ")"}}
}

var cleanWords = lazy.Regexp(`(?i)^(git )?(working (tree|directory|copy) (is )?clean|(there are )?no uncommitted changes)$`)

// clean: "Working tree is clean".
func (t *translation) clean(_ *item, title string) *node {
	if !cleanWords().MatchString(title) {
		return nil
	}
	return &node{kind: aCheck, title: title, body: []string{`expect $(git status --porcelain).stdout == ""`}}
}

var (
	runWords  = lazy.Regexp("^(?i:run|execute):? `([^`]+)`\\.?$")
	passWords = lazy.Regexp("^(?i:run )?`([^`]+)` (?i:passes|succeeds|is green|is clean|works|reports no (?:errors|problems))$")
)

// runs: "Run `make deploy`", "`make test` passes".
func (t *translation) runs(it *item, title string) *node {
	m := runWords().FindStringSubmatch(title)
	if m == nil {
		if m = passWords().FindStringSubmatch(title); m == nil || !looks(m[1]) {
			return nil
		}
	}
	if !allPrograms([]string{m[1]}) {
		return nil
	}
	return t.work(it.line, title, []*code{{line: it.line, lang: "sh", lines: []string{m[1]}}}, nil)
}
