package dappmesh.governance.author_in_team_test

import data.dappmesh.governance.author_in_team
import data.dappmesh.governance.lib.fixture

test_member_of_an_owner_group_passes if {
	every object in [fixture.product, fixture.contract] {
		count(_violations(object, {"username": "ann", "groups": ["system:authenticated", "sales-owners"]})) == 0
	}
}

test_sync_account_of_the_domain_passes if {
	every object in [fixture.product, fixture.contract] {
		count(_violations(object, {"username": "system:serviceaccount:flux-system:sales"})) == 0
	}
}

test_stranger_is_reported_at_the_field_that_names_the_domain if {
	stranger := {"username": "bob", "groups": ["logistics-owners"]}
	message := `"bob" is in no owner group of Domain "sales" ("sales-owners") nor its sync account`
	details := {"user": "bob", "domain": "sales", "groups": {"sales-owners"}}
	_violations(fixture.product, stranger) == {{"path": ["spec", "domainRef"], "message": message, "details": details}}
	_violations(fixture.contract, stranger) == {{"path": ["spec", "productRef"], "message": message, "details": details}}
}

test_others_are_strangers if {
	every user in [
		{},
		{"username": ""},
		{"username": "sales-owners"},
		{"username": "bob", "groups": []},
		{"username": "bob", "groups": ["Sales-Owners"]},
		{"username": "system:serviceaccount:flux-system:logistics"},
		{"username": "system:serviceaccount:sales:flux-system"},
		{"username": "sales"},
	] {
		count(_violations(fixture.product, user)) == 1
	}
}

test_domain_without_owners_has_only_strangers if {
	inventory := fixture.spoilt(fixture.inventory, [
		[["Domain", "sales", "spec", "ownerGroups"]],
		[["Domain", "sales", "spec", "syncServiceAccount"]],
	])
	count(author_in_team.violations) == 1 with input as fixture.create(fixture.product)
		with data.inventory as inventory
}

test_push_without_identity_is_skipped if {
	review := fixture.spoilt(fixture.create(fixture.product), [[["request", "userInfo"]]])
	count(author_in_team.violations) == 0 with input as review with data.inventory as fixture.inventory
}

test_what_is_not_there_is_left_to_others if {
	stranger := {"username": "bob"}
	count(_violations(fixture.spoilt(fixture.product, [[["spec", "domainRef"], "unheard-of"]]), stranger)) == 0
	count(_violations(fixture.spoilt(fixture.contract, [[["spec", "productRef"], "refunds"]]), stranger)) == 0
}

# Garbage collection deletes as well: who may delete is for RBAC to say.
test_deletion_is_not_judged if {
	review := fixture.spoilt(fixture.delete(fixture.product), [[["request", "userInfo"], {"username": "bob"}]])
	count(author_in_team.violations) == 0 with input as review with data.inventory as fixture.inventory
}

_violations(object, user) := violations if {
	review := fixture.spoilt(fixture.create(object), [[["request", "userInfo"], user]])
	violations := author_in_team.violations with input as review with data.inventory as fixture.inventory
}
