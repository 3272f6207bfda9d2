package dappmesh.blueprints.lib.priority_test

import data.dappmesh.blueprints.lib.fixture
import data.dappmesh.blueprints.lib.priority

test_value_of_a_class_is_part_of_its_name if {
	gold := {"name": "gold"}
	silver := {"name": "silver"}
	priority.classes("retail", [gold, silver]) == [
		{"name": "retail-gold-1000000", "value": 1000000, "tier": gold},
		{"name": "retail-silver-999000", "value": 999000, "tier": silver},
	]
	{class.name | some class in priority.classes("retail", [silver, gold])} == {"retail-silver-1000000", "retail-gold-999000"}
}

test_pods_go_by_the_tier_of_their_product if {
	_pod([[["spec", "tier"], "silver"]], fixture.inventory) == {"priorityClassName": "retail-silver-999000"}
	_pod([[["spec", "tier"], "unheard-of"]], fixture.inventory) == {}
	_pod([], fixture.inventory) == {}
}

test_without_its_mesh_or_tiers_a_product_has_no_priority if {
	product := [[["spec", "tier"], "silver"]]
	_pod(product, fixture.spoilt(fixture.inventory, [[["Mesh", "retail"]]])) == {}
	_pod(product, fixture.spoilt(fixture.inventory, [[["Mesh", "retail", "spec", "tiers"]]])) == {}
}

_pod(changes, inventory) := pod if {
	pod := priority.pod with input as fixture.review(fixture.spoilt(fixture.product, changes))
		with data.inventory as inventory
}
