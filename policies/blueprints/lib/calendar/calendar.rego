# What `time.*` would tell, which WebAssembly lacks: how far apart two timestamps are.
package dappmesh.blueprints.lib.calendar

# Seconds since 1970 of `2026-01-31T12:00:00Z`.
seconds(timestamp) := ((((_days(date) * 24) + clock[0]) * 3600) + (clock[1] * 60)) + clock[2] if {
	[day, time] := split(trim_suffix(timestamp, "Z"), "T")
	date := [_number(part) | some part in split(day, "-")]
	clock := [_number(part) | some part in split(time, ":")]
}

# Days since 1970 of a date of the Gregorian calendar; years begin in March, so that a leap day comes last.
_days([year, month, day]) := ((((((y * 365) + floor(y / 4)) - floor(y / 100)) + floor(y / 400)) + of_year) + day) - 719469 if {
	m := (month + 9) % 12
	y := year - floor(m / 10)
	of_year := floor(((m * 153) + 2) / 5)
}

_number(digits) := 0 if trim_left(digits, "0") == ""

else := to_number(trim_left(digits, "0"))
