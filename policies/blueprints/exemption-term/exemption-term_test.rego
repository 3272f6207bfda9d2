package dappmesh.blueprints.exemption_term_test

import data.dappmesh.blueprints.exemption_term
import data.dappmesh.blueprints.lib.fixture

test_exemption_says_whether_it_exempts if {
	every case in [
		{
			"changes": [],
			"reason": "InForce",
			"message": "DM-OWN-001 only warns for DataProduct/sales/orders until 2026-09-01T00:00:00Z",
		},
		{
			"changes": [[["spec", "target", "namespace"]]],
			"reason": "InForce",
			"message": "DM-OWN-001 only warns for DataProduct/orders until 2026-09-01T00:00:00Z",
		},
		{
			"changes": [[["spec", "expires"], fixture.now]],
			"reason": "Expired",
			"message": $"it ended at {fixture.now}",
		},
		{
			"changes": [[["spec", "expires"]]],
			"reason": "Unapproved",
			"message": "it exempts from nothing: it has no end",
		},
		{
			"changes": [[["spec", "approvedBy"]]],
			"reason": "Unapproved",
			"message": "it exempts from nothing: nobody has approved it",
		},
		{
			"changes": [[["spec", "approvedBy"], " "], [["spec", "expires"], "2000-01-01T00:00:00Z"]],
			"reason": "Unapproved",
			"message": "it exempts from nothing: nobody has approved it",
		},
		{
			"changes": [[["spec", "approvedBy"], ""], [["spec", "expires"]]],
			"reason": "Unapproved",
			"message": "it exempts from nothing: it has no end; nobody has approved it",
		},
		{
			"changes": [[["spec", "owner"], "Ann@example.org "]],
			"reason": "Unapproved",
			"message": "it exempts from nothing: its owner has approved it",
		},
		{
			"changes": [[["spec", "expires"], "9999-12-31T00:00:00Z"]],
			"reason": "Unapproved",
			"message": "it exempts from nothing: it ends in more than the 200 days that the Mesh allows",
		},
	] {
		{item.ready | some item in _output(case.changes)} == {{"reason": case.reason, "message": case.message}}
	}
}

test_answer_changes_when_it_expires if {
	{item.until | some item in _output([])} == {"2026-09-01T00:00:00Z"}
	{item.until | some item in _output([[["spec", "expires"], fixture.now]])} == set()
	{item.until | some item in _output([[["spec", "approvedBy"]]])} == set()
}

_output(changes) := items if {
	items := exemption_term.output with input as fixture.review(fixture.spoilt(_exemption, changes))
		with data.inventory as {
			"Domain": {"sales": {"spec": {"namespaces": ["sales"], "meshRef": "retail"}}},
			"Mesh": {"retail": {"spec": {"limits": {"exemptionDays": 200}}}},
		}
}

test_mesh_without_a_limit_sets_none if {
	exemption := fixture.spoilt(_exemption, [[["spec", "expires"], "9999-12-31T00:00:00Z"]])
	reasons := {item.ready.reason |
		some item in exemption_term.output with input as fixture.review(exemption) with data.inventory as {}
	}
	reasons == {"InForce"}
}

_exemption := {
	"kind": "PolicyExemption",
	"metadata": {"name": "orders-without-owner", "namespace": "sales"},
	"spec": {
		"policy": "DM-OWN-001",
		"target": {"kind": "DataProduct", "namespace": "sales", "name": "orders"},
		"approvedBy": "ann@example.org",
		"expires": "2026-09-01T00:00:00Z",
	},
}
