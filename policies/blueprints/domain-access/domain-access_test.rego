package dappmesh.blueprints.domain_access_test

import data.dappmesh.blueprints.domain_access
import data.dappmesh.blueprints.lib.fixture

test_people_may_do_what_they_are_for if {
	_bound([]) == {
		"dappmesh-owners": ["dappmesh-editor", ["sales-owners"]],
		"dappmesh-owners-view": ["view", ["sales-owners"]],
		"dappmesh-developers": ["view", ["everyone", "orders-developers"]],
		"dappmesh-consumers": ["dappmesh-viewer", ["ads"]],
		"dappmesh-sync": ["dappmesh-editor", ["sales-sync"]],
	}
}

test_every_binding_says_that_it_gives_access if {
	every binding in _objects("RoleBinding", []) {
		binding.metadata.annotations["dappmesh.io/access"] == "granted"
	}
}

test_binding_without_subjects_is_left_out if {
	changes := [[["spec", "ownerGroups"]], [["spec", "teams"]], [["spec", "syncServiceAccount"]]]
	object.keys(_bound(changes)) == {"dappmesh-consumers"}
}

test_consumers_look_only_where_they_consume if {
	consumers := [found.metadata.namespace |
		some found in _objects("RoleBinding", [])
		found.metadata.name == "dappmesh-consumers"
	]
	consumers == ["sales"]
}

test_agreement_that_is_not_in_force_shows_nothing if {
	every changes in [
		[[["AccessAgreement", "sales", "campaigns-read-lines", "spec", "state"], "revoked"]],
		[[["AccessAgreement", "sales", "campaigns-read-lines", "spec", "end"], fixture.now]],
		[[["AccessAgreement", "sales", "campaigns-read-lines", "spec", "consumer", "namespace"], "sales-lab"]],
	] {
		found := {item.object.metadata.name | some item in _output([], changes)}
		not "dappmesh-consumers" in found
	}
}

test_account_that_syncs_is_made_and_outlives_the_domain if {
	some account in _objects("ServiceAccount", [])
	account.metadata.name == "sales-sync"
	account.metadata.namespace == "sales"
	account.metadata.annotations["dappmesh.io/prune"] == "disabled"
}

test_account_elsewhere_is_only_bound if {
	changes := [[["spec", "syncServiceAccount", "namespace"], "flux-system"]]
	count(_objects("ServiceAccount", changes)) == 0
	_bound(changes)["dappmesh-sync"] == ["dappmesh-editor", ["sales-sync"]]
}

test_answer_changes_with_the_agreements_of_its_products if {
	{item.until | some item in _output([], [])} == {"2027-01-01T00:00:00Z"}
	{item.until | some item in _output([], [[["AccessAgreement"]]])} == set()
}

_bound(changes) := {name: [found.roleRef.name, subjects] |
	some found in _objects("RoleBinding", changes)
	name := found.metadata.name
	subjects := [subject.name | some subject in found.subjects]
}

_objects(kind, changes) := [item.object |
	some item in _output(changes, [])
	item.object.kind == kind
]

_output(domain_changes, inventory_changes) := items if {
	inventory := fixture.spoilt(fixture.inventory, inventory_changes)
	items := domain_access.output with input as fixture.review(fixture.spoilt(fixture.domain, domain_changes))
		with data.inventory as inventory
		with data.index as fixture.index_of(inventory)
}
