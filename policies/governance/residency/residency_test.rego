package dappmesh.governance.residency_test

import data.dappmesh.governance.lib.fixture
import data.dappmesh.governance.residency

test_regions_of_both_lists_pass if {
	count(_paths(fixture.product, fixture.inventory)) == 0
	count(_paths(_contract([["region", "eu-west-1"]]), fixture.inventory)) == 0
}

# eu-north-1 is only in the Mesh's list, us-east-1 only in the Domain's.
test_other_regions_are_reported_at_every_place if {
	every region in ["eu-north-1", "us-east-1", "EU-WEST-1", "", 7, null, ["eu-west-1"]] {
		every path in [["spec", "residency"], ["spec", "storage", 0, "region"]] {
			_paths(fixture.spoilt(fixture.product, [[path, region]]), fixture.inventory) == {path}
		}
		every field in ["region", "regionName"] {
			_paths(_contract([[field, region]]), fixture.inventory) == {["spec", "odcs", "servers", 0, field]}
		}
		every name in ["region", "Region", " REGION "] {
			properties := [{"property": "colour", "value": "red"}, {"property": name, "value": region}]
			_paths(_contract([["customProperties", properties]]), fixture.inventory) == {[
				"spec", "odcs", "servers", 0, "customProperties", 1, "value",
			]}
		}
	}
}

test_server_without_region_takes_that_of_the_product if {
	elsewhere := fixture.spoilt(fixture.inventory, [[["DataProduct", "sales", "orders", "spec", "residency"], "us-east-1"]])
	_messages(fixture.contract, elsewhere) == {$"no region is set, and the product's residency {_not_allowed}"}
	count(_paths(_contract([["customProperties", [{"property": "region", "value": "eu-west-1"}]]]), elsewhere)) == 0
	nowhere := fixture.spoilt(fixture.inventory, [[["DataProduct", "sales", "orders", "spec", "residency"]]])
	count(_paths(fixture.contract, nowhere)) == 0
}

test_message_names_what_is_allowed if {
	product := fixture.spoilt(fixture.product, [[["spec", "storage", 0, "region"], "us-east-1"]])
	_messages(product, fixture.inventory) == {$"region {_not_allowed}"}
}

_not_allowed := `"us-east-1" is not allowed in Domain "sales"; allowed: "eu-central-1", "eu-west-1"`

test_absent_list_restricts_nothing if {
	product := fixture.spoilt(fixture.product, [[["spec", "residency"], "us-east-1"]])
	north := fixture.spoilt(fixture.product, [[["spec", "residency"], "eu-north-1"]])
	without_mesh := fixture.spoilt(fixture.inventory, [[["Mesh", "retail", "spec", "regions"]]])
	without_domain := fixture.spoilt(fixture.inventory, [[["Domain", "sales", "spec", "regions"]]])
	without_both := fixture.spoilt(without_mesh, [[["Domain", "sales", "spec", "regions"]]])
	count(_paths(product, without_mesh)) == 0
	count(_paths(north, without_mesh)) == 1
	count(_paths(north, without_domain)) == 0
	count(_paths(product, without_domain)) == 1
	count(_paths(product, without_both)) == 0
}

test_empty_list_allows_nothing if {
	inventory := fixture.spoilt(fixture.inventory, [[["Domain", "sales", "spec", "regions"], []]])
	_messages(fixture.spoilt(fixture.product, [[["spec", "storage"]]]), inventory) == {
		`residency "eu-central-1" is not allowed in Domain "sales"; allowed: none`,
	}
}

test_what_is_not_there_is_left_to_others if {
	elsewhere := fixture.spoilt(fixture.product, [[["spec", "residency"], "mars"]])
	count(_paths(elsewhere, {})) == 0
	count(_paths(_contract([["region", "mars"]]), {})) == 0
	inventory := object.remove(fixture.inventory, ["DataProduct"])
	count(_paths(_contract([["region", "mars"]]), inventory)) == 0
}

test_deletion_is_not_judged if {
	every object in [fixture.product, fixture.contract] {
		count(residency.violations) == 0 with input as fixture.delete(object)
			with data.inventory as fixture.inventory
	}
}

# The contract with these fields on its server.
_contract(fields) := fixture.spoilt(fixture.contract, [[["spec", "odcs", "servers", 0, field], value] |
	some [field, value] in fields
])

_paths(object, inventory) := {violation.path | some violation in _violations(object, inventory)}

_messages(object, inventory) := {violation.message | some violation in _violations(object, inventory)}

_violations(object, inventory) := violations if {
	violations := residency.violations with input as fixture.create(object) with data.inventory as inventory
}
