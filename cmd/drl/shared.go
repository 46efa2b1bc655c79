package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/drl-lang/drl/runtime/report"
)

// shared are the flags of every command.
type shared struct {
	color   string
	quiet   bool
	verbose bool
	help    bool
}

func (s *shared) declare(f *pflag.FlagSet) {
	f.StringVar(&s.color, "color", "auto", "colours: auto, always or never")
	f.Lookup("color").NoOptDefVal = "always"
	f.BoolVarP(&s.quiet, "quiet", "q", false, "say only what went wrong, and the end")
	f.BoolVarP(&s.verbose, "verbose", "v", false, "say also what starts, what commands write, and every try")
	f.BoolVarP(&s.help, "help", "h", false, "this help")
}

func (s *shared) check() error {
	switch s.color {
	case "auto", "always", "never":
		return nil
	}
	return fmt.Errorf("--color is %q, want auto, always or never", s.color)
}

func (s *shared) level() report.Level {
	switch {
	case s.quiet:
		return report.Quiet
	case s.verbose:
		return report.Verbose
	}
	return report.Normal
}

// environmentFlags gives flags that were not typed their value from DRL_*:
// --target from DRL_TARGET. Inputs have DRL_INPUT_* instead.
func environmentFlags(f *pflag.FlagSet) (err error) {
	f.VisitAll(func(flag *pflag.Flag) {
		name := "DRL_" + strings.ToUpper(strings.ReplaceAll(flag.Name, "-", "_"))
		text, set := os.LookupEnv(name)
		if flag.Changed || !set || text == "" || flag.Name == "help" || flag.Annotations[inputAnnotation] != nil {
			return
		}
		if bad := f.Set(flag.Name, text); bad != nil && err == nil {
			err = fmt.Errorf("%s is %q, want %s", name, text, flag.Value.Type())
		}
	})
	return err
}

// colored tells whether f is to be given colours.
func (a *app) colored(f output) bool {
	switch {
	case a.flags.color == "always":
		return true
	case a.flags.color == "never", os.Getenv("NO_COLOR") != "", os.Getenv("TERM") == "dumb":
		return false
	}
	return term.IsTerminal(int(f.Fd()))
}

// live tells whether f is a terminal whose cursor can be moved.
func live(f *os.File) bool {
	return term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb"
}

// size returns the columns and lines of the terminal f; nought for a file.
func size(f output) (columns, lines int) {
	columns, lines, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0, 0
	}
	return columns, lines
}

// onlyASCII tells whether f is a terminal that shows nothing else: the locale
// names a character set, and it isn't UTF-8. Without a locale, terminals of
// today are trusted.
func onlyASCII(f output) bool {
	if !term.IsTerminal(int(f.Fd())) {
		return false // who knows where a file is read
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale := strings.ToLower(os.Getenv(name)); locale != "" {
			return !strings.Contains(locale, "utf-8") && !strings.Contains(locale, "utf8")
		}
	}
	return false
}
