package dappmesh.blueprints.cloudnative_pg_test

import data.dappmesh.blueprints.cloudnative_pg
import data.dappmesh.blueprints.lib.fixture

test_store_is_a_cluster_with_a_service_and_a_way_for_its_operator if {
	{[object.kind, object.metadata.name] | some object in _objects({}, [])} == {
		["Cluster", "orders-intake"],
		["Service", "orders-intake"],
		["NetworkPolicy", "orders-intake-operator"],
	}
}

test_cluster_stands_as_it_is_when_nothing_is_asked_for if {
	labels := {
		"app.kubernetes.io/name": "postgresql",
		"app.kubernetes.io/instance": "orders-intake",
		"dappmesh.io/product": "orders",
		"dappmesh.io/component": "intake",
		"dappmesh.io/domain": "sales",
	}
	_the("Cluster", {}, []).spec == {
		"instances": 3,
		"enableSuperuserAccess": false,
		"inheritedMetadata": {"labels": labels},
		"bootstrap": {"initdb": {"database": "orders", "owner": "product_owner", "encoding": "UTF8"}},
		"storage": {"size": "20Gi"},
		"resources": {"requests": {"cpu": "500m", "memory": "1Gi"}, "limits": {"memory": "1Gi"}},
	}
}

test_only_the_cluster_is_answered_by_its_operator if {
	{object.kind | some object in _objects({}, []); object.metadata.annotations["dappmesh.io/awaits"] == "Ready"} == {"Cluster"}
}

test_parameters_shape_the_cluster if {
	spec := _the(
		"Cluster", {
			"instances": 1,
			"image": "mirror/postgresql:17",
			"storageClassName": "fast",
			"memory": "8Gi",
			"settings": {"work_mem": "64MB"},
		},
		[[["spec", "storage", 0, "size"]]],
	).spec
	spec.instances == 1
	spec.imageName == "mirror/postgresql:17"
	spec.storage == {"size": "10Gi", "storageClass": "fast"}
	spec.resources == {"requests": {"cpu": "500m", "memory": "8Gi"}, "limits": {"memory": "8Gi"}}
	spec.postgresql == {"parameters": {"work_mem": "64MB"}}
}

test_service_follows_the_primary if {
	_the("Service", {}, []).spec == {
		"clusterIP": "None",
		"selector": {"cnpg.io/cluster": "orders-intake", "cnpg.io/instanceRole": "primary"},
		"ports": [{"name": "postgresql", "port": 5432, "targetPort": 5432}],
	}
}

test_operator_reaches_its_instances if {
	every parameters, namespace in {{}: "cnpg-system", {"operatorNamespace": "databases"}: "databases"} {
		some rule in _the("NetworkPolicy", parameters, []).spec.ingress
		rule.from[0].namespaceSelector.matchLabels == {"kubernetes.io/metadata.name": namespace}
		{port.port | some port in rule.ports} == {5432, 8000}
	}
}

test_instances_reach_the_api_server_and_nothing_of_the_internet if {
	[rule] := _the("NetworkPolicy", {}, []).spec.egress
	{port.port | some port in rule.ports} == {443, 6443}
	"10.0.0.0/8" in {peer.ipBlock.cidr | some peer in rule.to}
	every peer in rule.to {
		not net.cidr_intersects(peer.ipBlock.cidr, "8.0.0.0/7")
	}
}

test_only_the_class_says_where_the_api_server_is if {
	product := [[["spec", "storage", 0, "parameters"], {"apiServerCidrs": ["0.0.0.0/0"]}]]
	_the("NetworkPolicy", {"apiServerCidrs": ["203.0.113.7/32"]}, product).spec.egress[0].to == [{"ipBlock": {"cidr": "203.0.113.7/32"}}]
}

test_pods_of_the_cluster_go_by_the_tier_of_the_product if {
	_the("Cluster", {}, [[["spec", "tier"], "silver"]]).spec.priorityClassName == "retail-silver-999000"
}

_the(kind, parameters, changes) := [object | some object in _objects(parameters, changes); object.kind == kind][0]

_objects(parameters, changes) := {item.object | some item in output} if {
	class := {"spec": {"role": "operational", "blueprint": "cloudnative-pg", "parameters": parameters}}
	inventory := json.patch(fixture.inventory, [{"op": "add", "path": "/EngineClass/small-tables", "value": class}])
	output := cloudnative_pg.output with input as fixture.review(fixture.spoilt(fixture.product, changes))
		with data.inventory as inventory
}
