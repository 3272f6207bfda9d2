package dappmesh.governance.identity_immutable_test

import data.dappmesh.governance.identity_immutable
import data.dappmesh.governance.lib.fixture

test_same_identity_passes if {
	every object in [fixture.product, fixture.contract] {
		count(_paths(object, object)) == 0
	}
}

test_other_fields_may_change if {
	count(_paths(fixture.product, fixture.spoilt(fixture.product, [[["spec", "version"], "2.0.0"]]))) == 0
	count(_paths(fixture.contract, fixture.spoilt(fixture.contract, [[["spec", "odcs", "version"], "2.0.0"]]))) == 0
}

test_changed_identity_is_reported if {
	every path in [["metadata", "name"], ["spec", "domainRef"]] {
		_paths(fixture.product, fixture.spoilt(fixture.product, [[path, "other"]])) == {path}
	}
	every path in [["metadata", "name"], ["spec", "productRef"], ["spec", "odcs", "id"]] {
		_paths(fixture.contract, fixture.spoilt(fixture.contract, [[path, "other"]])) == {path}
	}
}

test_identity_that_is_taken_away_is_reported if {
	_paths(fixture.product, fixture.spoilt(fixture.product, [[["spec", "domainRef"]]])) == {["spec", "domainRef"]}
	_paths(fixture.contract, fixture.spoilt(fixture.contract, [[["spec", "odcs", "id"]]])) == {["spec", "odcs", "id"]}
	_paths(fixture.contract, fixture.spoilt(fixture.contract, [[["spec", "odcs"]]])) == {["spec", "odcs", "id"]}
	_paths(fixture.product, fixture.spoilt(fixture.product, [[["spec"]]])) == {["spec", "domainRef"]}
}

test_identity_that_was_not_set_may_be_set if {
	count(_paths(fixture.spoilt(fixture.contract, [[["spec", "odcs", "id"]]]), fixture.contract)) == 0
}

test_message_names_both_values if {
	product := fixture.spoilt(fixture.product, [[["spec", "domainRef"], "logistics"]])
	some violation in identity_immutable.violations with input as fixture.update(fixture.product, product)
	violation.message == `it was "sales" and is now "logistics"`
	violation.details == {"before": "sales", "after": "logistics"}
}

test_only_updates_are_judged if {
	every review in [
		fixture.create(fixture.product),
		fixture.delete(fixture.product),
		fixture.update(null, fixture.product),
		fixture.review("CREATE", fixture.spoilt(fixture.product, [[["spec", "domainRef"], "x"]]), fixture.product),
	] {
		count(identity_immutable.violations) == 0 with input as review
	}
}

_paths(old, object) := {violation.path |
	some violation in identity_immutable.violations with input as fixture.update(old, object)
}
