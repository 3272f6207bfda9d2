package dappmesh.blueprints.lib.calendar_test

import data.dappmesh.blueprints.lib.calendar

test_seconds_are_those_of_unix_time if {
	every timestamp in [
		"1970-01-01T00:00:00Z",
		"1999-12-31T23:59:59Z",
		"2000-02-29T00:00:00Z",
		"2000-03-01T00:00:00Z",
		"2026-01-31T12:34:56Z",
		"2026-12-31T08:09:00Z",
		"2028-02-29T10:00:00Z",
		"2100-02-28T23:59:59Z",
		"2100-03-01T00:00:00Z",
		"2262-01-01T00:00:00Z",
	] {
		calendar.seconds(timestamp) == floor(time.parse_rfc3339_ns(timestamp) / 1000000000)
	}
}

test_years_that_nanoseconds_do_not_reach_are_told if {
	calendar.seconds("9999-12-31T23:59:59Z") == 253402300799
}
