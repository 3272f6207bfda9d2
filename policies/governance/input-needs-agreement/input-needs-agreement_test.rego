package dappmesh.governance.input_needs_agreement_test

import data.dappmesh.governance.input_needs_agreement
import data.dappmesh.governance.lib.fixture

test_agreement_in_force_passes if {
	count(_messages(fixture.product, [])) == 0
}

test_source_systems_need_none if {
	count(_messages(fixture.spoilt(fixture.product, [[["spec", "inputPorts", 0]]]), [])) == 0
	count(_messages(fixture.spoilt(fixture.product, [[["spec", "inputPorts"]]]), [])) == 0
}

test_input_that_names_no_agreement_is_reported if {
	every changes in [
		[[["spec", "inputPorts", 0, "agreementRef"]]],
		[[["spec", "inputPorts", 0, "agreementRef"], ""]],
	] {
		_messages(fixture.spoilt(fixture.product, changes), []) == {`no agreement is named for major 1 of port "parcels" of "shipments"`}
	}
}

# Missing references are reported by input-ref-exists alone.
test_agreement_that_is_not_there_is_left_to_others if {
	product := fixture.spoilt(fixture.product, [[["spec", "inputPorts", 0, "agreementRef"], "unheard-of"]])
	count(_messages(product, [])) == 0
}

test_agreement_that_nobody_has_decided_is_left_to_others if {
	every changes in [
		[[["spec", "state"], "requested"]],
		[[["spec", "state"]]],
		[[["spec", "state"], "requested"], [["spec", "start"]]],
		[[["spec", "state"], "requested"], [["spec", "end"], "2026-01-01T00:00:01Z"]],
	] {
		count(_messages(fixture.product, changes)) == 0
	}
	requested := [[["spec", "state"], "requested"], [["spec", "consumer", "product"], "x"]]
	_messages(fixture.product, requested) == {`agreement "orders-reads-parcels" is for consumer "x" in namespace "sales"`}
}

# Whether the port is there or not: an agreement on one port gives no way to another.
test_agreement_for_another_port_is_reported if {
	every change in [
		[["spec", "inputPorts", 0, "from", "product"], "unheard-of"],
		[["spec", "inputPorts", 0, "from", "port"], "unheard-of"],
		[["spec", "inputPorts", 0, "from", "port"], "letters"],
		[["spec", "inputPorts", 0, "from", "major"], 9],
	] {
		_messages(fixture.spoilt(fixture.product, [change]), []) == {`agreement "orders-reads-parcels" is for major 1 of port "parcels" of "shipments"`}
	}
}

test_port_that_is_not_there_is_left_to_others if {
	product := fixture.spoilt(fixture.product, [[["spec", "inputPorts", 0, "from", "port"], "unheard-of"]])
	count(_messages(product, [[["spec", "provider", "port"], "unheard-of"]])) == 0
}

test_agreement_of_another_namespace_does_not_count if {
	product := fixture.spoilt(fixture.product, [[["spec", "inputPorts", 0, "from", "namespace"]]])
	count(_messages(product, [])) == 0
	count(input_needs_agreement.violations) == 1 with input as fixture.create(product)
		with data.inventory as {"AccessAgreement": {"sales": {"orders-reads-parcels": _agreement([[["spec", "state"], "revoked"]])}}}
}

test_what_does_not_cover_the_input_is_reported if {
	every case in _uncovered {
		_messages(fixture.product, case.changes) == {$`agreement "orders-reads-parcels" {fault}` | some fault in case.faults}
	}
}

_uncovered := [
	{"changes": [[["spec", "state"], "rejected"]], "faults": [`is rejected, not approved`]},
	{"changes": [[["spec", "state"], "revoked"]], "faults": [`is revoked, not approved`]},
	{"changes": [[["spec", "start"]]], "faults": [`has no start`]},
	{"changes": [[["spec", "start"], "2026-06-01T12:00:01Z"]], "faults": [`begins only at 2026-06-01T12:00:01Z`]},
	{"changes": [[["spec", "end"], "2026-06-01T12:00:00Z"]], "faults": [`ended at 2026-06-01T12:00:00Z`]},
	{"changes": [[["spec", "provider", "major"], 2]], "faults": [`is for major 2 of port "parcels" of "shipments"`]},
	{"changes": [[["spec", "provider", "port"], "x"]], "faults": [`is for major 1 of port "x" of "shipments"`]},
	{"changes": [[["spec", "provider", "product"], "x"]], "faults": [`is for major 1 of port "parcels" of "x"`]},
	{"changes": [[["spec", "provider"]]], "faults": [`is for major none of port none of none`]},
	{"changes": [[["spec", "consumer", "product"], "x"]], "faults": [`is for consumer "x" in namespace "sales"`]},
	{"changes": [[["spec", "consumer", "namespace"], "x"]], "faults": [`is for consumer "orders" in namespace "x"`]},
	{"changes": [[["spec", "consumer", "namespace"]]], "faults": [`is for consumer "orders" in namespace none`]},
	{"changes": [[["spec", "consumer"]]], "faults": [`is for consumer none in namespace none`]},
	{
		"changes": [[["spec", "state"], "revoked"], [["spec", "end"], "2026-02-01T00:00:00Z"]],
		"faults": [`is revoked, not approved`, `ended at 2026-02-01T00:00:00Z`],
	},
]

test_agreement_covers_from_its_start_up_to_its_end if {
	every changes in [
		[[["spec", "start"], "2026-06-01T12:00:00Z"]],
		[[["spec", "end"], "2026-06-01T12:00:01Z"]],
		[[["spec", "end"]]],
	] {
		count(_messages(fixture.product, changes)) == 0
	}
}

test_input_has_to_name_the_major if {
	product := fixture.spoilt(fixture.product, [[["spec", "inputPorts", 0, "from", "major"]]])
	count(_messages(product, [])) == 1
}

test_violation_points_to_the_reference if {
	some violation in _violations(fixture.product, [[["spec", "state"], "revoked"]])
	violation.path == ["spec", "inputPorts", 0, "agreementRef"]
	violation.details.agreement == {"namespace": "logistics", "name": "orders-reads-parcels"}
}

test_deletion_is_not_judged if {
	count(input_needs_agreement.violations) == 0 with input as fixture.delete(fixture.product)
		with data.inventory as {}
}

_agreement(changes) := fixture.spoilt(fixture.agreement, changes)

_messages(product, changes) := {violation.message | some violation in _violations(product, changes)}

_violations(product, changes) := violations if {
	inventory := {"AccessAgreement": {"logistics": {"orders-reads-parcels": _agreement(changes)}}}
	violations := input_needs_agreement.violations with input as fixture.create(product)
		with data.inventory as inventory
}
