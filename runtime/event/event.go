// Package event holds what happened in a run: the only thing that runtime/run
// produces, and all that the terminal, the report, the exit code and, later,
// the journal read. Kinds and fields are stable: they are what
// `drl run --json` prints, one JSON object a line.
package event

import (
	"encoding/json"
	"time"

	"github.com/drl-lang/drl/lang/source"
)

// Event is one thing that happened.
type Event struct {
	Seq  int64     // 1, 2, 3, … within a run
	Time time.Time // of the engine's clock
	Run  string    // the run's id
	Node string    // identity of the node it belongs to; "" for the run itself
	Body Body
}

// Body is what happened. Its concrete types are those of this package, and
// [Other] for a kind that a later drl wrote. A field tagged mask:"no" holds a
// word of a fixed list, which the [Redactor] leaves alone.
type Body interface{ Kind() string }

// Status is how a node ended.
type Status string

// The statuses.
const (
	Passed      Status = "passed"
	Failed      Status = "failed"
	Warned      Status = "warned" // failed under `or warn`
	Skipped     Status = "skipped"
	Interrupted Status = "interrupted"
)

// RunStarted is the first event of a run.
type RunStarted struct {
	Release  string            `json:"release"`
	Target   string            `json:"target,omitempty"`
	Guard    bool              `json:"guard,omitempty"`
	Version  string            `json:"version,omitempty"`
	Script   string            `json:"script"`
	Operator string            `json:"operator,omitempty"`
	Inputs   map[string]string `json:"inputs,omitempty"` // as printed, masked
	Nodes    int               `json:"nodes"`            // how many the plan counts; loops by their list where it is known
}

// RunFinished is the last event of a run.
type RunFinished struct {
	Outcome  string        `json:"outcome" mask:"no"` // passed failed rolled_back rollback_failed waiting refused unknown interrupted
	Reason   string        `json:"reason,omitempty"`
	Exit     int           `json:"exit"`
	Duration time.Duration `json:"duration"` // nanoseconds
	Passed   int           `json:"passed"`
	Failed   int           `json:"failed"`
	Warned   int           `json:"warned"`
	Skipped  int           `json:"skipped"`
	Left     []string      `json:"left,omitempty"`   // what a person must still undo
	Follow   []Follow      `json:"follow,omitempty"` // what is due later
	Next     string        `json:"next,omitempty"`   // the command to type next
}

// RunEnding says how the run ends, before the handlers that come last: what a
// report that one of them writes can know.
type RunEnding struct {
	Outcome string   `json:"outcome" mask:"no"` // as RunFinished has it
	Reason  string   `json:"reason,omitempty"`
	Left    []string `json:"left,omitempty"` // what a person must still undo
}

// Follow is a follow-up that is due after the run.
type Follow struct {
	Title string    `json:"title"`
	Due   time.Time `json:"due"`
	By    string    `json:"by,omitempty"`
}

// NodeStarted says that a node began. What is nested in it follows before its
// NodeFinished.
type NodeStarted struct {
	Type   string        `json:"type" mask:"no"` // phase check step confirm ask wait parallel for if in baseline monitor settle undo handler finally rule
	Title  string        `json:"title"`
	Parent string        `json:"parent,omitempty"`
	Place  source.Place  `json:"place"`
	Limit  time.Duration `json:"limit,omitempty"` // its deadline; 0: none
}

// NodeFinished says how a node ended.
type NodeFinished struct {
	Type     string        `json:"type" mask:"no"`
	Title    string        `json:"title"`
	Place    source.Place  `json:"place"`
	Status   Status        `json:"status"`
	Reason   string        `json:"reason,omitempty"` // a line: why it was skipped, left by run …
	Duration time.Duration `json:"duration"`
	Tries    int           `json:"tries,omitempty"` // of a check with within, a step with retry
	Failures []Failure     `json:"failures,omitempty"`
}

// TryFailed is a try of a node that will be tried again.
type TryFailed struct {
	Try      int       `json:"try"`
	Failures []Failure `json:"failures"`
}

// Failure is one thing that was not as it should be, with its source.
type Failure struct {
	Place   source.Place `json:"place"`
	Code    string       `json:"code,omitempty" mask:"no"` // of a diagnostic
	Message string       `json:"message"`                  // a line; of an expect with else, that text
	Source  string       `json:"source,omitempty"`         // the expression's or statement's first line as written
	Parts   []Part       `json:"parts,omitempty"`
	Output  []string     `json:"output,omitempty"` // a command's last lines
	Hint    string       `json:"hint,omitempty"`
}

// Part is one part of an expression with the value it had.
type Part struct {
	Column int    `json:"column"` // in characters from 0, in Source
	Width  int    `json:"width"`
	Text   string `json:"text"`
	Value  string `json:"value"` // "not evaluated" where it was left out
}

// EffectStarted is written before a call reads or writes the world.
type EffectStarted struct {
	ID     int64        `json:"id"`
	Name   string       `json:"name"` // http.post, $
	Writes bool         `json:"writes"`
	Text   string       `json:"text"` // the call or command line, masked
	Place  source.Place `json:"place"`
}

// EffectFinished says how it ended.
type EffectFinished struct {
	ID       int64         `json:"id"`
	Duration time.Duration `json:"duration"`
	Error    string        `json:"error,omitempty"`
	Code     int           `json:"code,omitempty"` // of a command
}

// Output is one line that a command wrote.
type Output struct {
	ID     int64  `json:"id"`               // of its effect
	Stream string `json:"stream" mask:"no"` // stdout stderr note
	Line   string `json:"line"`
}

// Bound is a value that resume and undo will need: a step's, a let's.
type Bound struct {
	Name  string          `json:"name"`
	Value json.RawMessage `json:"value"` // secrets are null
}

// LoopStarted holds the list that a for goes over.
type LoopStarted struct {
	Name string          `json:"name"`
	List json.RawMessage `json:"list"`
}

// UndoArmed says that a step can now be undone, with the values it will use.
type UndoArmed struct {
	Title    string                     `json:"title"`
	OrAsk    bool                       `json:"or_ask,omitempty"`
	Bindings map[string]json.RawMessage `json:"bindings,omitempty"`
}

// RollbackStarted says why, and what will be undone, newest first.
type RollbackStarted struct {
	Reason string   `json:"reason"`
	Undos  []string `json:"undos"`
}

// Asked is a question to a person.
type Asked struct {
	ID       string   `json:"id"` // what --yes and --answer name: the title
	Question string   `json:"question"`
	Type     string   `json:"type" mask:"no"` // confirm ask policy undo
	By       string   `json:"by,omitempty"`
	Options  []string `json:"options,omitempty"`
	Typed    string   `json:"typed,omitempty"` // what has to be typed to say yes
	Secret   bool     `json:"secret,omitempty"`
}

// Answered is what the person said.
type Answered struct {
	ID     string `json:"id"`
	Answer string `json:"answer"` // yes, no, or the text; ••• for a secret
	By     string `json:"by,omitempty"`
	Note   string `json:"note,omitempty"`
}

// Ticked is one tick of a monitor.
type Ticked struct {
	Tick    int           `json:"tick"`
	Of      int           `json:"of"`              // 0: not known
	Block   string        `json:"block,omitempty"` // name of the metrics
	At      time.Duration `json:"at"`              // since the monitor's start, gaps left out
	Gap     time.Duration `json:"gap,omitempty"`   // before this tick nothing was looked at for so long
	Left    time.Duration `json:"left"`
	Warmup  time.Duration `json:"warmup,omitempty"` // so long yet nothing is judged but rules with `now`
	More    time.Duration `json:"more,omitempty"`   // the window is over, and it goes on at most for so long: a rule is held
	Metrics []Metric      `json:"metrics"`
	Rules   []RuleState   `json:"rules,omitempty"`
}

// Metric is what one metric looked like at a tick.
type Metric struct {
	Name     string   `json:"name"`
	Value    string   `json:"value"`            // as printed; "no data", or the error
	Number   *float64 `json:"number,omitempty"` // for plots; nil: unknown
	Baseline string   `json:"baseline,omitempty"`

	// What a tick is judged by, where Number doesn't say it all.
	State  string  `json:"state,omitempty" mask:"no"` // missed nodata error; "": it has a sample
	Values []Float `json:"values,omitempty"`          // several samples
	Bad    float64 `json:"bad,omitempty"`             // of events
	Total  float64 `json:"total,omitempty"`           // of events
}

// RuleState is where a monitor's rule stands at a tick.
type RuleState struct {
	Rule   string        `json:"rule"`
	Action string        `json:"action,omitempty" mask:"no"` // rollback fail warn pass
	Is     string        `json:"is" mask:"no"`               // true false unknown
	Held   time.Duration `json:"held,omitempty"`
	Hold   time.Duration `json:"hold,omitempty"`
	Times  int           `json:"times,omitempty"`  // of `for M of N`: how many of the last N known ticks were true, …
	Wanted int           `json:"wanted,omitempty"` // … and M

	Comparisons []Comparison `json:"comparisons,omitempty"`
}

// Comparison is one comparison in a rule: what is compared, and with what
// limit. The bare word `degradation` is one for each metric.
type Comparison struct {
	Metric string `json:"metric,omitempty"`        // that it is about; "": not one alone
	Text   string `json:"text"`                    // as written
	Is     string `json:"is" mask:"no"`            // true false unknown: whether it speaks for the rule
	Value  string `json:"value,omitempty"`         // of what is compared, as printed; "no data"
	Limit  string `json:"limit,omitempty"`         // what it is compared with, as printed
	Way    string `json:"way,omitempty" mask:"no"` // over or under the bound is where it speaks for the rule

	// The limit as a value of the metric, where there is one: of `degradation >
	// 50%` and a baseline of 120ms it is 180ms.
	Bound string   `json:"bound,omitempty"` // as printed
	At    *float64 `json:"at,omitempty"`    // in the unit of the metric's number
}

// Decided is a monitor's verdict, in words with its evidence.
type Decided struct {
	Verdict string       `json:"verdict" mask:"no"` // rollback fail error inconclusive warn pass not_compared interrupted
	Rule    string       `json:"rule,omitempty"`
	Words   string       `json:"words"`
	Place   source.Place `json:"place"`

	At       time.Duration `json:"at,omitempty"`       // since the monitor's start: a warning is older than the end
	Held     time.Duration `json:"held,omitempty"`     // how long the rule was true
	Hold     time.Duration `json:"hold,omitempty"`     // how long it has to be
	Extended time.Duration `json:"extended,omitempty"` // how much longer than its window the monitor looked

	Limits      []string     `json:"limits,omitempty"` // what the rule's names stood for
	Comparisons []Comparison `json:"comparisons,omitempty"`
	Findings    []Finding    `json:"findings,omitempty"`
	Evidence    []Evidence   `json:"evidence,omitempty"`
}

// Finding is what a statistical test in a rule has found.
type Finding struct {
	Metric string  `json:"metric"`
	Text   string  `json:"text"` // as written: proven(latency, worse_by: 50%)
	P      float64 `json:"p"`    // how likely chance alone is

	// Of proven: by how much it is worse, and where that lies at 99%. Of counts
	// these are how many times as often.
	Shift     string `json:"shift,omitempty"`
	Low       string `json:"low,omitempty"`
	High      string `json:"high,omitempty"`
	N         int    `json:"n"` // minutes, events, or blocks of a leak
	BaselineN int    `json:"baseline_n,omitempty"`

	// Of leak.
	Slope   string        `json:"slope,omitempty"` // as printed: 5MiB/1h
	Last    string        `json:"last,omitempty"`  // the lowest value of the last block
	Limit   string        `json:"limit,omitempty"`
	Reaches time.Duration `json:"reaches,omitempty"` // at that slope, the limit is reached after so long
	Block   time.Duration `json:"block,omitempty"`   // how long a block is
}

// Evidence is what a verdict knows of one metric.
type Evidence struct {
	Metric          string `json:"metric"`
	Value           string `json:"value"` // the last known
	Samples         int    `json:"n"`     // known ticks
	Baseline        string `json:"baseline,omitempty"`
	BaselineSamples int    `json:"baseline_n,omitempty"`
	BaselineRuns    int    `json:"baseline_runs,omitempty"` // of how many earlier runs it is the median one
	Sketch          bool   `json:"sketch,omitempty"`        // its quantiles are those of a sketch, within 1%
}

// Recovered says whether the old version does well after a rollback that a
// monitor asked for.
type Recovered struct {
	Monitor string       `json:"monitor"`      // its title
	Is      string       `json:"is" mask:"no"` // yes no unknown
	Words   string       `json:"words"`
	Place   source.Place `json:"place"`
}

// BaselineTaken is what a baseline measured.
type BaselineTaken struct {
	Name    string   `json:"name"`
	Metrics []Metric `json:"metrics"`
	Samples int      `json:"samples"`
	Runs    int      `json:"runs,omitempty"` // earlier runs that it is of; 0: it was measured
}

// Printed is what a script printed.
type Printed struct {
	Text string `json:"text"`
}

// Noted is something the operator should know: a warning of the run itself, a
// signal, a heartbeat, a settle.
type Noted struct {
	Level string `json:"level" mask:"no"` // info warning
	Text  string `json:"text"`
}

// Marked is what a person said of a run after it had ended: it follows the last
// event of its record.
type Marked struct {
	As  string `json:"as" mask:"no"` // invalid: others don't compare with it; valid: they may again
	Why string `json:"why,omitempty"`
	By  string `json:"by,omitempty"`
}

func (RunStarted) Kind() string      { return "run_started" }
func (RunEnding) Kind() string       { return "run_ending" }
func (RunFinished) Kind() string     { return "run_finished" }
func (NodeStarted) Kind() string     { return "node_started" }
func (NodeFinished) Kind() string    { return "node_finished" }
func (TryFailed) Kind() string       { return "try_failed" }
func (EffectStarted) Kind() string   { return "effect_started" }
func (EffectFinished) Kind() string  { return "effect_finished" }
func (Output) Kind() string          { return "output" }
func (Bound) Kind() string           { return "bound" }
func (LoopStarted) Kind() string     { return "loop_started" }
func (UndoArmed) Kind() string       { return "undo_armed" }
func (RollbackStarted) Kind() string { return "rollback_started" }
func (Asked) Kind() string           { return "asked" }
func (Answered) Kind() string        { return "answered" }
func (Ticked) Kind() string          { return "ticked" }
func (Decided) Kind() string         { return "decided" }
func (Recovered) Kind() string       { return "recovered" }
func (BaselineTaken) Kind() string   { return "baseline_taken" }
func (Printed) Kind() string         { return "printed" }
func (Noted) Kind() string           { return "noted" }
func (Marked) Kind() string          { return "marked" }
