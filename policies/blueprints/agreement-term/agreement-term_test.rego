package dappmesh.blueprints.agreement_term_test

import data.dappmesh.blueprints.agreement_term
import data.dappmesh.blueprints.lib.fixture

test_agreement_says_whether_it_gives_access if {
	every case in [
		{
			"changes": [],
			"reason": "InForce",
			"message": "marketing/campaigns may use port lines of orders until 2027-01-01T00:00:00Z",
		},
		{
			"changes": [[["spec", "end"]]],
			"reason": "InForce",
			"message": "marketing/campaigns may use port lines of orders until it is revoked",
		},
		{
			"changes": [[["spec", "state"]]],
			"reason": "Requested",
			"message": "access waits for the provider's approval",
		},
		{
			"changes": [[["spec", "state"], "rejected"]],
			"reason": "Rejected",
			"message": "the provider has rejected it: there is no access",
		},
		{
			"changes": [[["spec", "state"], "revoked"], [["spec", "end"], fixture.now]],
			"reason": "Revoked",
			"message": "it was revoked: there is no access any more",
		},
		{
			"changes": [[["spec", "start"]]],
			"reason": "NotYetInForce",
			"message": "approved, but no start is set: there is no access yet",
		},
		{
			"changes": [[["spec", "start"], "2026-06-01T12:00:01Z"], [["spec", "end"], fixture.now]],
			"reason": "NotYetInForce",
			"message": "approved; access begins at 2026-06-01T12:00:01Z",
		},
		{
			"changes": [[["spec", "end"], fixture.now]],
			"reason": "Expired",
			"message": $"access ended at {fixture.now}",
		},
	] {
		{item.ready | some item in _output(case.changes)} == {{"reason": case.reason, "message": case.message}}
	}
}

test_answer_changes_when_the_term_begins_or_ends if {
	_untils([]) == {"2027-01-01T00:00:00Z"}
	_untils([[["spec", "start"], "2026-07-01T00:00:00Z"]]) == {"2026-07-01T00:00:00Z"}
	_untils([[["spec", "end"]]]) == set()
	_untils([[["spec", "state"], "requested"]]) == set()
}

_untils(changes) := {item.until | some item in _output(changes)}

_output(changes) := items if {
	given := object.union(
		fixture.spoilt(fixture.agreement, changes),
		{"kind": "AccessAgreement", "metadata": {"name": "campaigns-read-lines", "namespace": "sales"}},
	)
	items := agreement_term.output with input as fixture.review(given)
}
