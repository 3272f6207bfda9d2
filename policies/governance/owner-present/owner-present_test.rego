package dappmesh.governance.owner_present_test

import data.dappmesh.governance.lib.fixture
import data.dappmesh.governance.owner_present

test_owner_with_contact_passes if {
	count(_paths(fixture.product)) == 0
}

test_missing_team_is_reported if {
	every changes in [
		[[["spec", "owner", "teamRef"]]],
		[[["spec", "owner", "teamRef"], ""]],
		[[["spec", "owner", "teamRef"], "  "]],
		[[["spec", "owner", "teamRef"], null]],
	] {
		_paths(fixture.spoilt(fixture.product, changes)) == {["spec", "owner", "teamRef"]}
	}
}

test_missing_contact_is_reported if {
	every changes in [
		[[["spec", "owner", "contacts"]]],
		[[["spec", "owner", "contacts"], []]],
		[[["spec", "owner", "contacts"], [{"type": "email"}]]],
		[[["spec", "owner", "contacts"], [{"type": "email", "value": " "}]]],
	] {
		_paths(fixture.spoilt(fixture.product, changes)) == {["spec", "owner", "contacts"]}
	}
}

test_one_of_two_contacts_suffices if {
	contacts := [{"type": "chat", "value": ""}, {"type": "email", "value": "a@example.org"}]
	count(_paths(fixture.spoilt(fixture.product, [[["spec", "owner", "contacts"], contacts]]))) == 0
}

test_all_that_is_missing_is_reported_at_once if {
	both := {["spec", "owner", "teamRef"], ["spec", "owner", "contacts"]}
	_paths(fixture.spoilt(fixture.product, [[["spec", "owner"]]])) == both
	_paths(fixture.spoilt(fixture.product, [[["spec"]]])) == both
}

test_deletion_is_not_judged if {
	count(owner_present.violations) == 0 with input as fixture.delete(fixture.product)
}

_paths(product) := {violation.path |
	some violation in owner_present.violations with input as fixture.create(product)
}
