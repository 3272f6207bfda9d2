package dappmesh.governance.owner_exists_test

import data.dappmesh.governance.lib.fixture
import data.dappmesh.governance.owner_exists

test_team_of_the_domain_passes if {
	count(_violations(fixture.product, fixture.inventory)) == 0
}

test_other_team_is_reported_with_those_there_are if {
	product := fixture.spoilt(fixture.product, [[["spec", "owner", "teamRef"], "fleet"]])
	_violations(product, fixture.inventory) == {{
		"path": ["spec", "owner", "teamRef"],
		"message": `team "fleet" is not in Domain "sales"; its teams: "orders-team", "returns-team"`,
		"details": {"team": "fleet", "domain": "sales", "teams": {"orders-team", "returns-team"}},
	}}
}

test_domain_without_teams_has_none if {
	inventory := fixture.spoilt(fixture.inventory, [[["Domain", "sales", "spec", "teams"]]])
	some violation in _violations(fixture.product, inventory)
	violation.message == `team "orders-team" is not in Domain "sales"; its teams: none`
}

test_what_is_not_there_is_left_to_others if {
	every changes in [
		[[["spec", "owner", "teamRef"]]],
		[[["spec", "owner", "teamRef"], ""]],
		[[["spec", "owner"]]],
		[[["spec", "domainRef"], "unheard-of"]],
	] {
		count(_violations(fixture.spoilt(fixture.product, changes), fixture.inventory)) == 0
	}
}

test_empty_inventory_is_silent if {
	count(_violations(fixture.product, {})) == 0
}

test_deletion_is_not_judged if {
	count(owner_exists.violations) == 0 with input as fixture.delete(fixture.product)
		with data.inventory as fixture.inventory
}

_violations(product, inventory) := violations if {
	violations := owner_exists.violations with input as fixture.create(product)
		with data.inventory as inventory
}
