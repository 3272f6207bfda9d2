package dappmesh.defaults.domain_label_test

import data.dappmesh.defaults.domain_label
import data.dappmesh.governance.lib.fixture

test_absent_label_follows_the_domain if {
	every object in [fixture.product, fixture.contract] {
		_added(object, fixture.inventory) == {"dappmesh.io/domain": "sales"}
	}
	_added(fixture.agreement, fixture.inventory) == {"dappmesh.io/domain": "logistics"}
}

test_label_that_is_there_stays if {
	every value in ["x", ""] {
		labelled := fixture.spoilt(fixture.product, [[["metadata", "labels"], {"dappmesh.io/domain": value, "other": "y"}]])
		_added(labelled, fixture.inventory) == {}
	}
}

test_only_what_a_label_can_hold_is_added if {
	every domain in ["", "-x", "x y", "ä", 7, null] {
		product := fixture.spoilt(fixture.product, [[["spec", "domainRef"], domain]])
		_added(product, fixture.inventory) == {}
	}
}

test_what_is_not_known_is_not_added if {
	_added(fixture.contract, {}) == {}
	_added(fixture.agreement, {}) == {}
	_added(fixture.product, {}) == {"dappmesh.io/domain": "sales"}
}

test_deletion_fills_nothing if {
	count(domain_label.additions) == 0 with input as fixture.delete(fixture.product)
		with data.inventory as fixture.inventory
}

_added(object, inventory) := {label: addition.value |
	some addition in domain_label.additions with input as fixture.create(object) with data.inventory as inventory
	["metadata", "labels", label] = addition.path
}
