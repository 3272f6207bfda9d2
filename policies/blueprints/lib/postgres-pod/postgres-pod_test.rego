package dappmesh.blueprints.lib.postgres_pod_test

import data.dappmesh.blueprints.lib.fixture
import data.dappmesh.blueprints.lib.postgres_pod

test_pods_are_as_the_strictest_kind_of_pod_security_wants_them if {
	spec := postgres_pod.spec({"containers": [postgres_pod.container({"name": "a"})]})
	spec.securityContext.runAsNonRoot
	spec.securityContext.seccompProfile.type == "RuntimeDefault"
	spec.containers[0].securityContext.capabilities.drop == ["ALL"]
	spec.containers[0].name == "a"
}

test_pods_go_by_the_tier_of_their_product if {
	review := fixture.review(fixture.spoilt(fixture.product, [[["spec", "tier"], "silver"]]))
	spec := postgres_pod.spec({"containers": []}) with input as review with data.inventory as fixture.inventory
	spec.priorityClassName == "retail-silver-999000"
}

test_memory_is_limited_to_what_is_asked_for if {
	postgres_pod.resources({"cpu": "1", "memory": "1Gi"}, {"cpu": "2", "memory": "2Gi"}) == {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"memory": "1Gi"}}
	postgres_pod.client_resources({}) == {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"memory": "64Mi"}}
}

test_clients_find_their_database if {
	env := {given.name: given | some given in postgres_pod.client_env(_storage(true), "ann", {"name": "s", "key": "k"})} with input as fixture.review(fixture.product)
	env.PGHOST.value == "orders-marts"
	env.PGDATABASE.value == "orders"
	env.PGPASSWORD.valueFrom == {"secretKeyRef": {"name": "s", "key": "k"}}
	env.PGSSLMODE.value == "require"
	postgres_pod.sslmode(_storage(false).entry) == "prefer"
	postgres_pod.sslmode({}) == "prefer"
}

test_a_job_has_another_name_when_it_does_something_else if {
	one := postgres_pod.job(_storage(true), {}, {"backoffLimit": 1})
	other := postgres_pod.job(_storage(true), {}, {"backoffLimit": 2})
	regex.match(`^orders-marts-[0-9a-f]{10}$`, one.metadata.name)
	one.metadata.name != other.metadata.name
}

_storage(encrypted) := {"resource": "orders-marts", "entry": {"encryption": {"inTransit": encrypted}}}
