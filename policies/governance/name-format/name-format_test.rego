package dappmesh.governance.name_format_test

import data.dappmesh.governance.lib.fixture
import data.dappmesh.governance.name_format

test_names_of_3_to_30_characters_that_match_pass if {
	every name in ["abc", "orders", "orders-2", "a23456789-123456789-123456789o"] {
		count(_messages(name)) == 0
	}
}

test_other_lengths_are_reported if {
	_messages("ab") == {`name "ab" has 2 characters; allowed are 3 to 30`}
	name := "a23456789-123456789-123456789ox"
	_messages(name) == {$`name "{name}" has 31 characters; allowed are 3 to 30`}
}

test_the_whole_name_has_to_match if {
	every name in ["Orders", "orders-", "1orders", "ord_ers", "orders\n", "ordérs"] {
		some message in _messages(name)
		endswith(message, `does not match the pattern "[a-z][a-z0-9-]*[a-z0-9]"`)
	}
}

test_alternatives_of_a_pattern_stay_together if {
	inventory := fixture.spoilt(fixture.inventory, [[["Mesh", "retail", "spec", "naming", "pattern"], "orders|[0-9]+"]])
	count(_violations(_named("orders"), inventory)) == 0
	count(_violations(_named("orders-2"), inventory)) == 1
	count(_violations(_named("x123"), inventory)) == 1
}

test_unreadable_pattern_lets_nothing_pass if {
	inventory := fixture.spoilt(fixture.inventory, [[["Mesh", "retail", "spec", "naming", "pattern"], "("]])
	count(_violations(_named("orders"), inventory)) == 1
}

test_contracts_are_judged_by_the_mesh_of_their_product if {
	contract := fixture.spoilt(fixture.contract, [[["metadata", "name"], "Order_Lines"]])
	count(_violations(contract, fixture.inventory)) == 1
}

test_length_counts_without_a_mesh if {
	count(_violations(_named("x"), {})) == 1
	count(_violations(_named("Orders"), {})) == 0
}

test_missing_name_is_too_short if {
	count(_violations(fixture.spoilt(fixture.product, [[["metadata", "name"]]]), {})) == 1
}

test_deletion_is_not_judged if {
	count(name_format.violations) == 0 with input as fixture.delete(_named("X"))
		with data.inventory as fixture.inventory
}

_named(name) := fixture.spoilt(fixture.product, [[["metadata", "name"], name]])

_messages(name) := {violation.message | some violation in _violations(_named(name), fixture.inventory)}

_violations(object, inventory) := violations if {
	violations := name_format.violations with input as fixture.create(object) with data.inventory as inventory
}
