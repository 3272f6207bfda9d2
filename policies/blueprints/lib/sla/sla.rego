# What a contract promises, in the units that machines count in. ODCS leaves the words for units open.

# METADATA
# schemas:
#   - input: schema["review-data-product"]
package dappmesh.blueprints.lib.sla

# A promised share, in percent.
percent(contract, property) := _value(contract, property) if _unit(contract, property) in {"", "%", "percent", "percentage"}

# A promised span of time, in seconds.
seconds(contract, property) := _value(contract, property) * _seconds[_unit(contract, property)]

_seconds[word] := length if {
	some length, words in {
		1: {"s", "sec", "second", "seconds"},
		60: {"m", "min", "minute", "minutes"},
		3600: {"h", "hour", "hours"},
		86400: {"d", "day", "days"},
		604800: {"w", "week", "weeks"},
		2592000: {"month", "months"},
		31536000: {"y", "yr", "year", "years"},
	}
	some word in words
}

# A number may be written as text; what is no number promises nothing that can be measured.
_value(contract, property) := to_number(found) if {
	found := _promise(contract, property).value
	regex.match(`^[0-9]{1,9}(\.[0-9]{1,6})?$`, $"{found}")
}

_unit(contract, property) := lower(object.get(_promise(contract, property), "unit", ""))

# The first one counts where a property stands twice.
_promise(contract, property) := [found | some found in contract.spec.odcs.slaProperties; found.property == property][0]
