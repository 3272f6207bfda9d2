package dappmesh.governance.semver_valid_test

import data.dappmesh.governance.lib.fixture
import data.dappmesh.governance.semver_valid

test_three_numbers_pass if {
	every version in ["0.0.0", "1.4.0", "10.20.30", "20240101.0.999999999999999"] {
		every place in _places {
			count(_paths(fixture.spoilt(place.object, [[place.path, version]]))) == 0
		}
	}
}

test_anything_else_is_reported_at_every_place if {
	every version in _malformed {
		every place in _places {
			_paths(fixture.spoilt(place.object, [[place.path, version]])) == {place.path}
		}
	}
}

test_message_names_the_value if {
	product := fixture.spoilt(fixture.product, [[["spec", "version"], "1.0"]])
	some violation in semver_valid.violations with input as fixture.create(product)
	violation.message == `version "1.0" is not of the form X.Y.Z`
	violation.details == {"version": "1.0"}
}

test_product_without_version_is_reported if {
	_paths(fixture.spoilt(fixture.product, [[["spec", "version"]]])) == {["spec", "version"]}
	_paths(fixture.spoilt(fixture.product, [[["spec"]]])) == {["spec", "version"]}
}

test_other_missing_versions_are_left_to_others if {
	count(_paths(fixture.spoilt(fixture.product, [[["spec", "outputPorts", 0, "version"]]]))) == 0
	count(_paths(fixture.spoilt(fixture.contract, [[["spec", "odcs", "version"]]]))) == 0
}

test_deletion_is_not_judged if {
	every object in [fixture.product, fixture.contract] {
		count(semver_valid.violations) == 0 with input as fixture.delete(object)
	}
}

_places := [
	{"object": fixture.product, "path": ["spec", "version"]},
	{"object": fixture.product, "path": ["spec", "outputPorts", 0, "version"]},
	{"object": fixture.product, "path": ["spec", "outputPorts", 1, "version"]},
	{"object": fixture.contract, "path": ["spec", "odcs", "version"]},
]

_malformed := [
	"", "1", "1.0", "1.0.0.0", "v1.0.0", "01.0.0", "1.00.0", "1.0.0-rc.1", "1.0.0+5", "1.0.x", "1..0", ".1.0",
	" 1.0.0", "1.0.0\n", "1.0.-1", "1.0.+1", "1.0.1e3", "1.0.٣", "1.0.1234567890123456", 1.4, 1, true, null, [1, 4, 0],
	{"major": 1},
]

_paths(object) := {violation.path |
	some violation in semver_valid.violations with input as fixture.create(object)
}
