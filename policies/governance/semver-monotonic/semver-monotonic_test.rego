package dappmesh.governance.semver_monotonic_test

import data.dappmesh.governance.lib.fixture
import data.dappmesh.governance.semver_monotonic

test_first_version_passes if {
	count(_messages(fixture.contract, null, {})) == 0
}

test_version_above_all_of_its_major_passes if {
	every version in ["1.2.1", "1.3.0", "1.10.0"] {
		count(_created(version)) == 0
	}
}

test_version_below_or_beside_another_of_its_major_is_reported if {
	every version in ["1.1.9", "1.0.0", "1.2.0"] {
		_created(version) == {$"version {version} is not above 1.2.0, the highest of major 1"}
	}
}

test_versions_compare_as_numbers if {
	inventory := _with_version(fixture.inventory, "1.10.0")
	_messages(_next("1.9.0"), null, inventory) == {"version 1.9.0 is not above 1.10.0, the highest of major 1"}
	count(_messages(_next("1.11.0"), null, inventory)) == 0
}

test_other_majors_do_not_count if {
	every version in ["0.9.0", "2.0.0"] {
		count(_created(version)) == 0
	}
}

test_other_contracts_do_not_count if {
	other_id := fixture.spoilt(_next("1.0.0"), [[["spec", "odcs", "id"], "refunds"]])
	other_product := fixture.spoilt(_next("1.0.0"), [[["spec", "productRef"], "refunds"]])
	other_namespace := fixture.spoilt(_next("1.0.0"), [[["metadata", "namespace"], "logistics"]])
	every contract in [other_id, other_product, other_namespace] {
		count(_messages(contract, null, fixture.inventory)) == 0
	}
}

test_the_object_itself_does_not_count if {
	count(_messages(fixture.contract, null, fixture.inventory)) == 0
	count(_messages(fixture.contract, fixture.contract, fixture.inventory)) == 0
}

test_an_edited_version_is_judged_as_a_new_one if {
	older := fixture.spoilt(fixture.contract, [[["spec", "odcs", "version"], "1.1.0"]])
	_messages(older, fixture.contract, fixture.inventory) == {"version 1.1.0 is not above 1.2.0, the highest of major 1"}
	count(_messages(fixture.contract, older, fixture.inventory)) == 0
}

test_an_update_that_keeps_the_version_passes if {
	inventory := _with_version(fixture.inventory, "1.3.0")
	edited := fixture.spoilt(fixture.contract, [[["spec", "odcs", "status"], "deprecated"]])
	count(_messages(edited, fixture.contract, inventory)) == 0
}

# A tree that brings 1.2.0 and 1.3.0 at once: neither was there before.
test_at_push_the_base_revision_counts if {
	tree := _with_version(fixture.inventory, "1.3.0")
	count(_pushed(fixture.contract, tree, {})) == 0
	count(_pushed(fixture.contract, tree, _based({}))) == 0
	base := _based({"DataContract": {"sales": {"order-lines-v1-3-0": _next("1.3.0")}}})
	_pushed(fixture.contract, tree, base) == {"version 1.2.0 is not above 1.3.0, the highest of major 1"}
}

test_unreadable_versions_are_left_to_others if {
	count(_created("latest")) == 0
	count(_messages(_next("1.3.0"), null, _with_version(fixture.inventory, "1.x"))) == 0
	count(_messages(fixture.spoilt(fixture.contract, [[["spec", "odcs"]]]), null, fixture.inventory)) == 0
}

test_deletion_is_not_judged if {
	count(semver_monotonic.violations) == 0 with input as fixture.delete(fixture.contract)
		with data.inventory as fixture.inventory
		with data.index as fixture.index
}

test_violation_points_to_the_version if {
	some violation in semver_monotonic.violations with input as fixture.create(_next("1.1.0"))
		with data.inventory as fixture.inventory
		with data.index as fixture.index
	violation.path == ["spec", "odcs", "version"]
	violation.details == {"version": "1.1.0", "highest": "1.2.0", "id": "order-lines"}
}

_next(version) := fixture.spoilt(fixture.contract, [
	[["metadata", "name"], "order-lines-next"],
	[["spec", "odcs", "version"], version],
])

_with_version(inventory, version) := fixture.spoilt(inventory, [[
	["DataContract", "sales", "order-lines-other"],
	_next(version),
]])

_based(inventory) := {"inventory": inventory, "index": fixture.index_of(inventory)}

_created(version) := _messages(_next(version), null, fixture.inventory)

_messages(object, old, inventory) := {violation.message |
	operation := {true: "CREATE", false: "UPDATE"}[old == null]
	some violation in semver_monotonic.violations with input as fixture.review(operation, object, old)
		with data.inventory as inventory
		with data.index as fixture.index_of(inventory)
}

_pushed(object, tree, base) := {violation.message |
	some violation in semver_monotonic.violations with input as fixture.create(object)
		with data.inventory as tree
		with data.index as fixture.index_of(tree)
		with data.base as base
}
