package dappmesh.blueprints.embedded_object_store_test

import data.dappmesh.blueprints.embedded_object_store
import data.dappmesh.blueprints.lib.fixture

test_store_is_made_of_five_objects_of_one_name if {
	{[object.kind, object.metadata.name] | some object in _objects({}, [])} == {
		["Secret", "orders-files"],
		["ConfigMap", "orders-files"],
		["Service", "orders-files"],
		["PersistentVolumeClaim", "orders-files"],
		["StatefulSet", "orders-files"],
	}
}

test_every_object_and_every_pod_is_labelled if {
	labels := {
		"app.kubernetes.io/name": "seaweedfs",
		"app.kubernetes.io/instance": "orders-files",
		"dappmesh.io/product": "orders",
		"dappmesh.io/component": "files",
		"dappmesh.io/domain": "sales",
	}
	every object in _objects({}, []) {
		object.metadata.labels == labels
	}
	_server({}, []).spec.template.metadata.labels == labels
}

test_service_and_server_choose_the_pods_by_the_same_labels if {
	_the("Service", {}, []).spec.selector == _server({}, []).spec.selector.matchLabels
}

test_store_is_found_by_name_without_an_address_of_its_own if {
	_the("Service", {}, []).spec.clusterIP == "None"
}

test_pods_go_by_the_tier_of_their_product if {
	_pod({}, []).priorityClassName == "retail-silver-999000"
}

test_keys_are_left_to_be_generated if {
	secret := _the("Secret", {}, [])
	secret.metadata.annotations == {"dappmesh.io/generate": "access-key,secret-key"}
	object.keys(secret) == {"apiVersion", "kind", "metadata", "type"}
}

test_owner_may_do_everything_and_a_port_may_read_its_prefix if {
	_identities([_port("export"), _port("archive")]) == [
		_identity("orders-files", ["Admin"]),
		_identity("orders-archive", ["Read:orders-files/archive/*", "List:orders-files/archive/*"]),
		_identity("orders-export", ["Read:orders-files/export/*", "List:orders-files/export/*"]),
	]
}

test_pod_mounts_the_keys_of_all_readers if {
	some volume in _pod({}, [_port("export")]).volumes
	volume.name == "keys"
	[source.secret.name | some source in volume.projected.sources] == ["orders-export", "orders-files"]
	volume.projected.sources[0].secret.items == [
		{"key": "access-key", "path": "orders-export/access-key"},
		{"key": "secret-key", "path": "orders-export/secret-key"},
	]
}

test_another_reader_restarts_the_store if {
	_settings_hash([]) == _settings_hash([])
	_settings_hash([]) != _settings_hash([_port("export")])
}

test_space_is_what_the_entry_asks_for if {
	_claim({"size": "50Gi"}).resources.requests.storage == "50Gi"
	_claim({}).resources.requests.storage == "10Gi"
	not _claim({}).storageClassName
	_claim({"parameters": {"storageClassName": "fast"}}).storageClassName == "fast"
}

test_volume_outlives_the_store_and_may_grow_while_the_server_stays_as_it_is if {
	_the("PersistentVolumeClaim", {}, []).metadata.annotations == {"dappmesh.io/prune": "disabled"}
	_server({"size": "50Gi"}, []) == _server({}, [])
	{"name": "data", "persistentVolumeClaim": {"claimName": "orders-files"}} in _pod({}, []).volumes
}

test_parameters_set_image_and_resources if {
	store := _pod({"parameters": {"image": "mirror/weed:1", "cpu": "2", "memory": "4Gi"}}, []).containers[0]
	store.image == "mirror/weed:1"
	store.resources == {"requests": {"cpu": "2", "memory": "4Gi"}, "limits": {"memory": "4Gi"}}
	standard := _pod({}, []).containers[0]
	regex.match(`^chrislusf/seaweedfs:[0-9.]+$`, standard.image)
	standard.resources.requests == {"cpu": "100m", "memory": "512Mi"}
}

# Kubernetes, Pod Security Standards: restricted.
test_pod_asks_for_no_privileges if {
	pod := _pod({}, [])
	pod.securityContext.runAsNonRoot
	pod.securityContext.seccompProfile.type == "RuntimeDefault"
	pod.automountServiceAccountToken == false
	every container in pod.containers {
		container.securityContext.allowPrivilegeEscalation == false
		container.securityContext.readOnlyRootFilesystem
		container.securityContext.capabilities == {"drop": ["ALL"]}
	}
}

test_only_the_gateway_listens_to_the_outside if {
	[store, gateway] := _pod({}, []).containers
	"-ip.bind=127.0.0.1" in store.args
	not "ports" in object.keys(store)
	gateway.ports == [{"name": "s3", "containerPort": 8333}]
}

test_product_without_such_a_store_gets_nothing if {
	count(embedded_object_store.output) == 0 with input as fixture.review(fixture.product)
		with data.inventory as fixture.inventory
}

_identity(name, actions) := {
	"name": name,
	"credentials": [{"accessKey": $"@{name}/access-key@", "secretKey": $"@{name}/secret-key@"}],
	"actions": actions,
}

_port(name) := {"name": name, "type": "file", "engineClass": "plain-files"}

_identities(ports) := json.unmarshal(_the("ConfigMap", {}, ports).data["identities.json"]).identities

_settings_hash(ports) := _server({}, ports).spec.template.metadata.annotations["dappmesh.io/settings"]

_claim(changes) := _the("PersistentVolumeClaim", changes, []).spec

_pod(changes, ports) := _server(changes, ports).spec.template.spec

_server(changes, ports) := _the("StatefulSet", changes, ports)

_the(kind, changes, ports) := [object | some object in _objects(changes, ports); object.kind == kind][0]

_objects(changes, ports) := {item.object | some item in output} if {
	product := fixture.spoilt(fixture.product, [
		[["spec", "tier"], "silver"],
		[["spec", "outputPorts"], ports],
		[["spec", "storage"], [object.union({"name": "files", "role": "object"}, changes)]],
	])
	inventory := object.union(fixture.inventory, {"EngineClass": {
		"buckets": {"spec": {"role": "object", "blueprint": "embedded-object-store"}},
		"plain-files": {"spec": {"role": "file", "blueprint": "embedded-file"}},
	}})
	output := embedded_object_store.output with input as fixture.review(product) with data.inventory as inventory
}
