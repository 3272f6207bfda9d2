package dappmesh.blueprints.lib.sla_test

import data.dappmesh.blueprints.lib.sla

test_spans_are_counted_in_seconds if {
	every unit, wanted in {"s": 2, "min": 120, "Minutes": 120, "h": 7200, "days": 172800, "w": 1209600, "month": 5184000, "y": 63072000} {
		sla.seconds(_contract([{"property": "latency", "value": 2, "unit": unit}]), "latency") == wanted
	}
}

test_value_may_be_text_or_a_fraction if {
	sla.seconds(_contract([{"property": "latency", "value": "1.5", "unit": "h"}]), "latency") == 5400
	sla.seconds(_contract([{"property": "latency", "value": 0.5, "unit": "m"}]), "latency") == 30
}

test_shares_are_in_percent if {
	every unit in ["percent", "%", ""] {
		sla.percent(_contract([{"property": "availability", "value": 99.5, "unit": unit}]), "availability") == 99.5
	}
	sla.percent(_contract([{"property": "availability", "value": "99"}]), "availability") == 99
}

test_what_cannot_be_measured_promises_nothing if {
	every promise in [
		{"property": "latency", "value": "soon", "unit": "h"},
		{"property": "latency", "value": 5, "unit": "moons"},
		{"property": "latency", "value": 5},
		{"property": "latency", "value": -5, "unit": "h"},
		{"property": "latency", "unit": "h"},
		{"property": "frequency", "value": 5, "unit": "h"},
	] {
		not _is_span(_contract([promise]))
	}
	not _is_share(_contract([{"property": "availability", "value": 99, "unit": "h"}]))
	not _is_span({})
}

test_first_of_two_promises_counts if {
	contract := _contract([
		{"property": "latency", "value": 1, "unit": "m"},
		{"property": "latency", "value": 1, "unit": "h"},
	])
	sla.seconds(contract, "latency") == 60
}

_is_span(contract) if sla.seconds(contract, "latency")

_is_share(contract) if sla.percent(contract, "availability")

_contract(promises) := {"spec": {"odcs": {"slaProperties": promises}}}
