package dappmesh.defaults.cost_label_test

import data.dappmesh.defaults.cost_label
import data.dappmesh.governance.lib.fixture

test_absent_label_follows_the_domain if {
	_additions(fixture.product, fixture.inventory) == {{
		"path": ["metadata", "labels", "dappmesh.io/cost-centre"],
		"value": "cc-4711",
	}}
}

test_label_that_is_there_stays if {
	labelled := fixture.spoilt(fixture.product, [[["metadata", "labels"], {"dappmesh.io/cost-centre": "mine"}]])
	count(_additions(labelled, fixture.inventory)) == 0
}

test_only_what_a_label_can_hold_is_added if {
	inventory := fixture.spoilt(fixture.inventory, [[["Domain", "sales", "spec", "costCentre"], "cost centre 1"]])
	count(_additions(fixture.product, inventory)) == 0
}

test_what_is_not_known_is_not_added if {
	count(_additions(fixture.product, {})) == 0
	inventory := fixture.spoilt(fixture.inventory, [[["Domain", "sales", "spec", "costCentre"]]])
	count(_additions(fixture.product, inventory)) == 0
}

test_deletion_fills_nothing if {
	count(cost_label.additions) == 0 with input as fixture.delete(fixture.product)
		with data.inventory as fixture.inventory
}

_additions(object, inventory) := additions if {
	additions := cost_label.additions with input as fixture.create(object) with data.inventory as inventory
}
