package value

import (
	"fmt"
	"time"
)

func (Null) value()     {}
func (Bool) value()     {}
func (Int) value()      {}
func (Number) value()   {}
func (Ratio) value()    {}
func (Percent) value()  {}
func (Points) value()   {}
func (Duration) value() {}
func (Size) value()     {}
func (Time) value()     {}
func (String) value()   {}
func (Rate) value()     {}
func (Secret) value()   {}
func (Events) value()   {}
func (*List) value()    {}
func (*Record) value()  {}
func (*Func) value()    {}

func (Null) String() string       { return "null" }
func (v Bool) String() string     { return fmt.Sprint(bool(v)) }
func (v Int) String() string      { return fmt.Sprint(int64(v)) }
func (v Number) String() string   { return fmt.Sprint(float64(v)) }
func (v Ratio) String() string    { return fmt.Sprint(float64(v)) }
func (v Percent) String() string  { return fmt.Sprint(float64(v)*100) + "%" }
func (v Points) String() string   { return fmt.Sprint(float64(v)*100) + "pp" }
func (v Duration) String() string { return time.Duration(v).String() }
func (v Size) String() string     { return fmt.Sprint(int64(v)) + "B" }
func (v Time) String() string     { return time.Time(v).Format(time.RFC3339Nano) }
func (v String) String() string   { return string(v) }
func (v Rate) String() string     { return fmt.Sprint(v.PerSecond) + "/1s" }
func (Secret) String() string     { return "•••" }
func (v Events) String() string   { return fmt.Sprintf("%g of %g", v.Bad, v.Total) }
func (l *List) String() string    { return fmt.Sprint(l.items) }
func (r *Record) String() string  { return fmt.Sprint(r.names, r.values) }
func (*Func) String() string      { return "function" }
