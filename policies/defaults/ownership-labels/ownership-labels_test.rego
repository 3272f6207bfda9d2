package dappmesh.defaults.ownership_labels_test

import data.dappmesh.defaults.ownership_labels
import data.dappmesh.governance.lib.fixture

test_absent_labels_follow_domain_and_owner if {
	every object in [fixture.product, fixture.contract] {
		_added(object, fixture.inventory) == {"dappmesh.io/domain": "sales", "dappmesh.io/owner": "orders-team"}
	}
	_added(fixture.agreement, fixture.inventory) == {"dappmesh.io/domain": "logistics", "dappmesh.io/owner": "fleet"}
}

test_labels_that_are_there_stay if {
	labelled := fixture.spoilt(fixture.product, [[["metadata", "labels"], {"dappmesh.io/domain": "x", "other": "y"}]])
	_added(labelled, fixture.inventory) == {"dappmesh.io/owner": "orders-team"}
	emptied := fixture.spoilt(fixture.product, [[["metadata", "labels"], {"dappmesh.io/domain": "", "dappmesh.io/owner": ""}]])
	_added(emptied, fixture.inventory) == {}
}

test_only_what_a_label_can_hold_is_added if {
	every team in ["", "-x", "x y", "ä", 7, null] {
		product := fixture.spoilt(fixture.product, [[["spec", "owner", "teamRef"], team]])
		_added(product, fixture.inventory) == {"dappmesh.io/domain": "sales"}
	}
}

test_what_is_not_known_is_not_added if {
	_added(fixture.contract, {}) == {}
	_added(fixture.agreement, {}) == {}
	_added(fixture.spoilt(fixture.product, [[["spec", "owner"]]]), {}) == {"dappmesh.io/domain": "sales"}
}

test_deletion_fills_nothing if {
	count(ownership_labels.additions) == 0 with input as fixture.delete(fixture.product)
		with data.inventory as fixture.inventory
}

_added(object, inventory) := {label: addition.value |
	some addition in ownership_labels.additions with input as fixture.create(object) with data.inventory as inventory
	["metadata", "labels", label] = addition.path
}
