package dappmesh.defaults.notice_period_test

import data.dappmesh.defaults.notice_period
import data.dappmesh.governance.lib.fixture

test_absent_notice_follows_the_mesh if {
	_additions(fixture.contract, fixture.inventory) == {{"path": ["spec", "noticePeriodDays"], "value": 90}}
	_additions(fixture.agreement, fixture.inventory) == {{"path": ["spec", "noticePeriodDays"], "value": 30}}
}

test_notice_that_is_there_stays if {
	every object in [fixture.contract, fixture.agreement] {
		every days in [0, 7] {
			count(_additions(fixture.spoilt(object, [[["spec", "noticePeriodDays"], days]]), fixture.inventory)) == 0
		}
	}
}

test_what_is_not_known_is_not_added if {
	every object in [fixture.contract, fixture.agreement] {
		count(_additions(object, {})) == 0
		inventory := fixture.spoilt(fixture.inventory, [[["Mesh", "retail", "spec", "notice"]]])
		count(_additions(object, inventory)) == 0
	}
}

test_deletion_fills_nothing if {
	count(notice_period.additions) == 0 with input as fixture.delete(fixture.contract)
		with data.inventory as fixture.inventory
}

_additions(object, inventory) := additions if {
	additions := notice_period.additions with input as fixture.create(object) with data.inventory as inventory
}
