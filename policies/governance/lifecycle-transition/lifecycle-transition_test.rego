package dappmesh.governance.lifecycle_transition_test

import data.dappmesh.governance.lib.fixture
import data.dappmesh.governance.lifecycle_transition

test_any_phase_may_be_the_first if {
	every phase in _phases {
		every place in _places {
			count(_created(_with(place, phase))) == 0
		}
	}
}

test_unknown_phases_are_reported_at_every_place if {
	every phase in ["", "Active", "live", "current ", 1, null, true, ["active"], {"phase": "active"}] {
		every place in _places {
			place.path in {violation.path | some violation in _created(_with(place, phase))}
		}
	}
}

test_keeping_the_phase_or_one_step_forward_passes if {
	every i, phase in _phases {
		every next in array.slice(_phases, i, i + 2) {
			every place in _places {
				count(_updated(_with(place, phase), _with(place, next))) == 0
			}
		}
	}
}

test_any_other_move_is_reported if {
	every i, before in _phases {
		every j, after in _phases {
			every place in _places {
				_is_near(i, j, count(_updated(_with(place, before), _with(place, after))))
			}
		}
	}
}

# Kept or one further: nothing to report, else one thing.
_is_near(i, j, 0) if (j - i) in {0, 1}

_is_near(i, j, 1) if not (j - i) in {0, 1}

test_message_says_what_is_allowed if {
	place := _places[0]
	_updated(_with(place, "active"), _with(place, "draft")) == {{
		"path": place.path,
		"message": `it goes from active to draft; allowed: "active", "deprecated"`,
		"details": {"before": "active", "after": "draft", "allowed": {"active", "deprecated"}},
	}}
	some violation in _updated(_with(place, "retired"), _with(place, "active"))
	violation.message == `it goes from retired to active; allowed: "retired"`
}

test_a_phase_cannot_be_taken_away if {
	every place in array.slice(_places, 0, 2) {
		some violation in _updated(_with(place, "active"), fixture.spoilt(_with(place, "active"), [[place.path]]))
		violation.path == place.path
		violation.message == `it goes from active to nothing; allowed: "active", "deprecated"`
	}
}

test_a_product_needs_no_phase_and_may_get_any if {
	without := fixture.spoilt(fixture.product, [[["spec", "lifecycle"]]])
	count(_created(without)) == 0
	count(_updated(without, _with(_places[0], "deprecated"))) == 0
}

test_a_contract_needs_a_status if {
	without := fixture.spoilt(fixture.contract, [[["spec", "odcs", "status"]]])
	every violations in [_created(without), _updated(fixture.contract, without)] {
		some violation in violations
		count(violations) == 1
		violation.path == ["spec", "odcs", "status"]
		startswith(violation.message, "no status is set; it is one of")
	}
}

test_an_unknown_phase_may_be_left_for_any if {
	every place in _places {
		count(_updated(_with(place, "live"), _with(place, "retired"))) == 0
	}
}

test_ports_are_matched_by_name if {
	ports := fixture.product.spec.outputPorts
	swapped := fixture.spoilt(fixture.product, [[["spec", "outputPorts"], [ports[1], ports[0]]]])
	count(_updated(fixture.product, swapped)) == 0
	renamed := fixture.spoilt(_with(_places[1], "proposed"), [[["spec", "outputPorts", 1, "name"], "other"]])
	count(_updated(fixture.product, renamed)) == 0
}

test_deletion_and_audit_judge_no_move if {
	every object in [fixture.product, fixture.contract] {
		count(lifecycle_transition.violations) == 0 with input as fixture.delete(object)
		count(lifecycle_transition.violations) == 0 with input as fixture.update(null, object)
	}
}

_phases := ["proposed", "draft", "active", "deprecated", "retired"]

_places := [
	{"object": fixture.product, "path": ["spec", "lifecycle", "phase"]},
	{"object": fixture.product, "path": ["spec", "outputPorts", 1, "lifecycle", "phase"]},
	{"object": fixture.contract, "path": ["spec", "odcs", "status"]},
]

_with(place, phase) := fixture.spoilt(place.object, [[place.path, phase]])

_created(object) := violations if {
	violations := lifecycle_transition.violations with input as fixture.create(object)
}

_updated(old, object) := violations if {
	violations := lifecycle_transition.violations with input as fixture.update(old, object)
}
