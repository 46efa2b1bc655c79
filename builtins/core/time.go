package core

import (
	"context"
	"fmt"
	"time"
	_ "time/tzdata" // zones by name on machines that have none installed

	"github.com/drl-lang/drl/builtins"
	"github.com/drl-lang/drl/lang/types"
)

var now = builtins.New("now", types.Reads, "Return the time.",
	func(_ context.Context, h *builtins.Host, _ struct{}) (time.Time, error) { return h.Clock() },
).With(`let started = now()`)

type dateArgs struct {
	Text string `drl:"text" doc:"2026-11-22, 2026-11-22T21:00:00Z or with an offset, +01:00; a date alone is its midnight in UTC"`
}

var date = builtins.New("date", types.Pure, "Read a time from a text.",
	func(_ context.Context, _ *builtins.Host, a dateArgs) (time.Time, error) {
		for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", time.DateOnly} {
			if at, err := time.Parse(layout, a.Text); err == nil {
				return at, nil
			}
		}
		return time.Time{}, fmt.Errorf("text is %q, want a date such as 2026-11-22 or 2026-11-22T21:00:00Z", a.Text)
	}).With(`let freeze = date("2026-12-20")`)

type withinArgs struct {
	From string `drl:"from" doc:"the time of day at which it begins, 22:00; that minute is within"`
	To   string `drl:"to" doc:"the time of day at which it ends, 04:00; that minute is not within. Before from: on the next day"`
	Zone string `drl:"zone,named" doc:"the zone of the two times, by its name: Europe/Berlin" default:"UTC"`
}

var within = builtins.New("time.within", types.Reads, "Tell whether it is now between two times of day.",
	func(_ context.Context, h *builtins.Host, a withinArgs) (bool, error) {
		at, err := h.Clock()
		if err != nil {
			return false, err
		}
		// LoadLocation takes "Local" for this machine's zone: a script that
		// means the same everywhere does not.
		zone, err := time.LoadLocation(a.Zone)
		if err != nil || a.Zone == "" || a.Zone == "Local" {
			return false, fmt.Errorf("zone is %q, want a name such as Europe/Berlin or UTC", a.Zone)
		}
		from, err := timeOfDay("from", a.From)
		if err != nil {
			return false, err
		}
		to, err := timeOfDay("to", a.To)
		if err != nil {
			return false, err
		}
		at = at.In(zone)
		minute := at.Hour()*60 + at.Minute()
		if from <= to {
			return from <= minute && minute < to, nil
		}
		return minute >= from || minute < to, nil
	}).With(`check "the night window is open" { expect time.within("22:00", "04:00", zone: "Europe/Berlin") }`)

// timeOfDay returns the minutes since midnight.
func timeOfDay(name, text string) (int, error) {
	if text == "24:00" {
		return 24 * 60, nil
	}
	at, err := time.Parse("15:04", text)
	if err != nil {
		return 0, fmt.Errorf("%s is %q, want a time of day such as 22:00", name, text)
	}
	return at.Hour()*60 + at.Minute(), nil
}
