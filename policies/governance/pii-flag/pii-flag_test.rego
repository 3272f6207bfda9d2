package dappmesh.governance.pii_flag_test

import data.dappmesh.governance.lib.fixture
import data.dappmesh.governance.pii_flag

test_declared_personal_data_passes if {
	count(_messages(fixture.product, fixture.inventory)) == 0
}

test_product_without_personal_data_needs_no_flag if {
	every inventory in [
		_with_properties([{"name": "order", "classification": "internal"}]),
		_with_properties([{"name": "order", "classification": "secret", "tags": ["finance"]}]),
		_with_properties([]),
		{},
	] {
		count(_messages(_undeclared, inventory)) == 0
	}
}

test_undeclared_personal_data_is_reported if {
	reason := `contract "order-lines-v1-2-0" has personal data: a property of class "personal"`
	every changes in [[["spec", "personalData"], false], [["spec", "personalData"], "true"], [["spec", "personalData"]]] {
		_messages(fixture.spoilt(fixture.product, [changes]), fixture.inventory) == {reason}
	}
}

test_personal_data_is_found_wherever_it_can_be if {
	every property in [
		{"classification": "personal"},
		{"classification": "internal", "tags": ["x", "pii"]},
		{"classification": "internal", "tags": ["PII"]},
		{"classification": "internal", "tags": ["pii "]},
		{"classification": "internal", "properties": [{"name": "inner", "classification": "personal"}]},
		{"classification": "internal", "properties": [{"classification": "internal", "tags": ["pii"]}]},
		{"classification": "internal", "items": {"classification": "personal"}},
		{"classification": "internal", "items": {"properties": [{"properties": [{"classification": "personal"}]}]}},
	] {
		inventory := _with_properties([{"name": "order", "classification": "internal"}, property])
		count(_messages(_undeclared, inventory)) == 1
	}
}

# Unset counts as the most sensitive class, the last of the Mesh's.
test_property_without_class_counts_as_the_most_sensitive if {
	inventory := _with_properties([{"name": "order"}])
	count(_messages(_undeclared, inventory)) == 0
	strict := fixture.spoilt(inventory, [[["Mesh", "retail", "spec", "classifications", 2, "personal"], true]])
	_messages(_undeclared, strict) == {
		`contract "order-lines-v1-2-0" has personal data: a property without a class, which counts as "secret"`,
	}
}

# "Secret" is no class of a Mesh that has "secret": nothing tells what the author meant.
test_unknown_class_counts_as_the_most_sensitive if {
	inventory := _with_properties([{"name": "order", "classification": "Internal"}])
	count(_messages(_undeclared, inventory)) == 0
	strict := fixture.spoilt(inventory, [[["Mesh", "retail", "spec", "classifications", 2, "personal"], true]])
	_messages(_undeclared, strict) == {
		`contract "order-lines-v1-2-0" has personal data: a property of class "Internal", which the Mesh does not know and so counts as "secret"`,
	}
}

test_tag_counts_on_the_document_and_on_a_table_too if {
	odcs := ["DataContract", "sales", "order-lines-v1-2-0", "spec", "odcs"]
	harmless := _with_properties([{"classification": "internal"}])
	every place in [["tags"], ["schema", 0, "tags"]] {
		inventory := fixture.spoilt(harmless, [[array.concat(odcs, place), ["sales", " PII "]]])
		_messages(_undeclared, inventory) == {`contract "order-lines-v1-2-0" has personal data: the tag pii`}
	}
}

test_properties_inherit_the_class_around_them if {
	inventory := _with_properties([{
		"classification": "internal",
		"properties": [{"name": "inner"}],
		"items": {"logicalType": "string"},
	}])
	strict := fixture.spoilt(inventory, [[["Mesh", "retail", "spec", "classifications", 2, "personal"], true]])
	count(_messages(_undeclared, strict)) == 0
}

test_contracts_of_others_do_not_count if {
	other := fixture.spoilt(fixture.inventory, [[["DataContract", "sales", "order-lines-v1-2-0", "spec", "productRef"], "x"]])
	count(_messages(_undeclared, other)) == 0
}

test_tags_count_without_a_mesh if {
	inventory := object.remove(_with_properties([{"classification": "personal", "tags": ["pii"]}]), ["Mesh"])
	_messages(_undeclared, inventory) == {
		`contract "order-lines-v1-2-0" has personal data: the tag pii`,
	}
}

test_deletion_is_not_judged if {
	count(pii_flag.violations) == 0 with input as fixture.delete(_undeclared)
		with data.inventory as fixture.inventory
		with data.index as fixture.index
}

test_violation_points_to_the_flag if {
	some violation in pii_flag.violations with input as fixture.create(_undeclared)
		with data.inventory as fixture.inventory
		with data.index as fixture.index
	violation.path == ["spec", "personalData"]
	violation.details == {"contract": "order-lines-v1-2-0"}
}

_undeclared := fixture.spoilt(fixture.product, [[["spec", "personalData"], false]])

_with_properties(properties) := fixture.spoilt(fixture.inventory, [[
	["DataContract", "sales", "order-lines-v1-2-0", "spec", "odcs", "schema"],
	[{"name": "lines", "properties": properties}],
]])

_messages(product, inventory) := {violation.message |
	some violation in pii_flag.violations with input as fixture.create(product)
		with data.inventory as inventory
		with data.index as fixture.index_of(inventory)
}
