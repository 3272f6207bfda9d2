package dappmesh.blueprints.domain_test

import data.dappmesh.blueprints.domain
import data.dappmesh.blueprints.lib.fixture

test_namespaces_are_marked_and_outlive_the_domain if {
	namespaces := _objects("Namespace", [])
	{found.metadata.name | some found in namespaces} == {"sales", "sales-lab"}
	every namespace in namespaces {
		namespace.metadata.labels["dappmesh.io/domain"] == "sales"
		namespace.metadata.labels["pod-security.kubernetes.io/enforce"] == "restricted"
		namespace.metadata.annotations["dappmesh.io/prune"] == "disabled"
	}
}

test_each_namespace_gets_its_limits_and_a_closed_network if {
	every kind, names in {
		"ResourceQuota": {"dappmesh"},
		"LimitRange": {"dappmesh"},
		"NetworkPolicy": {"dappmesh-closed", "dappmesh-dns"},
	} {
		{[found.metadata.namespace, found.metadata.name] | some found in _objects(kind, [])} == {[namespace, name] |
			some namespace in ["sales", "sales-lab"]
			some name in names
		}
	}
}

test_quota_is_what_the_domain_says_else_what_it_was_always if {
	standard := {
		"pods": "500",
		"requests.cpu": "100",
		"requests.memory": "400Gi",
		"persistentvolumeclaims": "200",
		"requests.storage": "20Ti",
		"services.loadbalancers": "0",
		"services.nodeports": "0",
	}
	_quota([]) == standard
	_quota([[["spec", "quota"], {"pods": 2000, "storage": "1Pi"}]]) == object.union(standard, {"pods": "2000", "requests.storage": "1Pi"})
	given := {"cpu": "500m", "memory": "1Ti", "volumes": 0}
	said := {"requests.cpu": "500m", "requests.memory": "1Ti", "persistentvolumeclaims": "0"}
	_quota([[["spec", "quota"], given]]) == object.union(standard, said)
}

_quota(changes) := _objects("ResourceQuota", changes)[0].spec.hard

test_closed_network_lets_nothing_through if {
	some closed in _objects("NetworkPolicy", [])
	closed.metadata.name == "dappmesh-closed"
	closed.spec == {"podSelector": {}, "policyTypes": ["Egress", "Ingress"]}
}

test_domain_waits_for_its_mesh if {
	_awaited([], []) == set()
	_awaited([[["spec", "meshRef"], "unheard-of"]], []) == {{"path": ["spec", "meshRef"], "message": `Mesh "unheard-of" does not exist`}}
}

test_namespace_of_another_is_not_taken if {
	_awaited([[["spec", "namespaces", 1], "logistics"]], []) == {{
		"path": ["spec", "namespaces", 1],
		"message": `namespace "logistics" belongs to domain "logistics"`,
	}}
	every name in ["kube-system", "kube-public", "dappmesh-system", "flux-system", "argocd"] {
		_awaited([[["spec", "namespaces", 1], name]], []) == {{
			"path": ["spec", "namespaces", 1],
			"message": $`namespace "{name}" belongs to the platform`,
		}}
	}
}

test_domain_is_held_by_its_products if {
	{item.holds | some item in _output([], [])} == {{"component": "sales/orders", "message": "DataProduct sales/orders belongs to it"}}
	{item.holds | some item in _output([], [[["DataProduct"]]])} == set()
}

_objects(kind, changes) := [item.object |
	some item in _output(changes, [])
	item.object.kind == kind
]

_awaited(domain_changes, inventory_changes) := {item.waitsFor | some item in _output(domain_changes, inventory_changes)}

_output(domain_changes, inventory_changes) := items if {
	inventory := fixture.spoilt(fixture.inventory, inventory_changes)
	items := domain.output with input as fixture.review(fixture.spoilt(fixture.domain, domain_changes))
		with data.inventory as inventory
		with data.index as fixture.index_of(inventory)
}
