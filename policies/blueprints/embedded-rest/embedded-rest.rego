# METADATA
# schemas:
#   - input: schema["review-data-product"]
#   - data.inventory: schema.inventory
#   - data.index: schema["index"]
package dappmesh.blueprints.embedded_rest

import data.dappmesh.blueprints.lib.component
import data.dappmesh.blueprints.lib.openapi
import data.dappmesh.blueprints.lib.postgres
import data.dappmesh.blueprints.lib.postgres_pod
import data.dappmesh.blueprints.lib.postgres_store

# METADATA
# title: Embedded REST port
# description: PostgREST over the product's PostgreSQL, read-only, with the OpenAPI document derived from the contract.
# entrypoint: true
# custom:
#   kinds: [DataProduct]
#   makes: [v1/Secret, v1/ConfigMap, v1/Service, apps/v1/Deployment]
#   inventory:
#     - Domain.spec.meshRef
#     - Mesh.spec.engineDefaults
#     - Mesh.spec.tiers
#     - Mesh.spec.classifications
#     - EngineClass.spec.role
#     - EngineClass.spec.blueprint
#     - EngineClass.spec.parameters
output contains {"object": object} if {
	some port in _ports
	storage := component.storage(port)
	postgres_store.is_embedded(storage)
	some object in [_secret(port), _config(port), _service(port), _deployment(port, storage)]
}

output contains {"waitsFor": {
	"path": port.path,
	"message": $"port \"{port.name}\" needs a storage entry of blueprint embedded-postgres to serve",
}} if {
	some port in _ports
	not _has_store(port)
}

output contains {"waitsFor": {
	"path": array.concat(port.path, ["contractRef"]),
	"message": $"port \"{port.name}\" needs a contract to serve",
}} if {
	some port in _ports
	not port.entry.contractRef
}

_ports := component.of("embedded-rest")

_has_store(port) if postgres_store.is_embedded(component.storage(port))

_default_image := "postgrest/postgrest:v12.0.2"

_default_resources := {"cpu": "100m", "memory": "128Mi"}

_http_port := 3000

_health_port := 3001

_labels(port) := component.labelled(port, "postgrest")

_metadata(port) := {"name": port.resource, "labels": _labels(port)}

_secret(port) := {
	"apiVersion": "v1",
	"kind": "Secret",
	"metadata": object.union(_metadata(port), {"annotations": {"dappmesh.io/generate": "password"}}),
	"type": "Opaque",
}

# For people and catalogues; the port itself answers with the same document, which the migration puts into the database.
_config(port) := {
	"apiVersion": "v1",
	"kind": "ConfigMap",
	"metadata": _metadata(port),
	"data": {"openapi.json": openapi.text(port)},
}

_service(port) := {
	"apiVersion": "v1",
	"kind": "Service",
	"metadata": _metadata(port),
	"spec": {
		"selector": _selector(port),
		"ports": [{"name": "http", "port": 80, "targetPort": "http", "protocol": "TCP"}],
	},
}

_selector(port) := object.filter(_labels(port), ["app.kubernetes.io/name", "app.kubernetes.io/instance"])

_deployment(port, storage) := {
	"apiVersion": "apps/v1",
	"kind": "Deployment",
	"metadata": _metadata(port),
	"spec": {
		"replicas": object.get(port.parameters, "replicas", 1),
		"selector": {"matchLabels": _selector(port)},
		"template": {
			"metadata": {"labels": _labels(port)},
			"spec": postgres_pod.spec({"containers": [postgres_pod.container({
				"name": "postgrest",
				"image": object.get(port.parameters, "image", _default_image),
				"env": array.concat(
					postgres_pod.client_env(storage, postgres.port_role(port.name), {"name": port.resource, "key": "password"}),
					_settings(port),
				),
				"ports": [
					{"name": "http", "containerPort": _http_port, "protocol": "TCP"},
					{"name": "health", "containerPort": _health_port, "protocol": "TCP"},
				],
				"resources": postgres_pod.resources(port.parameters, _default_resources),
				"readinessProbe": {"httpGet": {"path": "/ready", "port": "health"}, "periodSeconds": 10},
				"livenessProbe": {"httpGet": {"path": "/live", "port": "health"}, "periodSeconds": 20},
			})]}),
		},
	},
}

# Everybody who reaches the port reads as its role, which may do nothing else. What is not said here is in the
# variables of libpq.
_settings(port) := [
	{"name": "PGRST_DB_URI", "value": "postgresql://"},
	{"name": "PGRST_DB_SCHEMAS", "value": postgres.port_schema(port.name)},
	{"name": "PGRST_DB_ANON_ROLE", "value": postgres.port_role(port.name)},
	{"name": "PGRST_DB_ROOT_SPEC", "value": openapi.root},
	{"name": "PGRST_SERVER_PORT", "value": format_int(_http_port, 10)},
	{"name": "PGRST_ADMIN_SERVER_PORT", "value": format_int(_health_port, 10)},
]
