package types

// timeMethods are the methods of a time. They are of the day and hour in UTC.
var timeMethods = []*Func{
	method("year", "The year, in UTC as all of these.", TInt),
	method("month", "The month, 1 to 12.", TInt),
	method("day", "The day of the month, 1 to 31.", TInt),
	method("hour", "The hour, 0 to 23.", TInt),
	method("minute", "The minute, 0 to 59.", TInt),
	method("weekday", "The day of the week in lower case: monday.", TString),
	method("date", "The day as text: 2026-11-22.", TString),
	method("format", "The time as text in a layout of strftime's letters: %Y-%m-%d %H:%M:%S.", TString,
		Param{Name: "layout", Type: TString, Doc: "%Y %m %d %H %M %S %j %a %b %Z and %%"}),
}

// eventsMethods are the methods of counted events.
var eventsMethods = []*Func{
	method("bad", "How many were bad.", TNumber),
	method("total", "How many there were.", TNumber),
	method("ratio", "The bad ones of all; where there were none it is an error.", TPercent),
}
