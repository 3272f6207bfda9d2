# METADATA
# schemas:
#   - input: schema["review-data-product"]
#   - data.inventory: schema.inventory
#   - data.index: schema["index"]
package dappmesh.blueprints.embedded_sql

import data.dappmesh.blueprints.lib.component
import data.dappmesh.blueprints.lib.postgres
import data.dappmesh.blueprints.lib.postgres_port
import data.dappmesh.blueprints.lib.postgres_store

# METADATA
# title: Embedded SQL port
# description: A read-only address of the product's PostgreSQL, with a password for each consumer under agreement.
# entrypoint: true
# custom:
#   kinds: [DataProduct]
#   makes: [v1/Secret, v1/Service]
#   inventory:
#     - Domain.spec.meshRef
#     - Mesh.spec.engineDefaults
#     - EngineClass.spec.role
#     - EngineClass.spec.blueprint
#     - EngineClass.spec.parameters
#     - AccessAgreement.spec.provider
#     - AccessAgreement.spec.consumer
#     - AccessAgreement.spec.state
#     - AccessAgreement.spec.start
#     - AccessAgreement.spec.end
output contains {"object": object} if {
	some port in _ports
	storage := component.storage(port)
	postgres_store.is_embedded(storage)
	some object in [_secret(port), _service(port, storage)]
}

output contains {"waitsFor": {
	"path": port.path,
	"message": $"port \"{port.name}\" needs a storage entry of blueprint embedded-postgres to serve",
}} if {
	some port in _ports
	not _has_store(port)
}

_ports := component.of("embedded-sql")

_has_store(port) if postgres_store.is_embedded(component.storage(port))

# The roles themselves, and what they may read, are made by the migration of the store.
_secret(port) := {
	"apiVersion": "v1",
	"kind": "Secret",
	"metadata": {
		"name": port.resource,
		"labels": component.labelled(port, "postgresql"),
		"annotations": {"dappmesh.io/generate": concat(",", [login.key | some login in postgres_port.logins(port)])},
	},
	"type": "Opaque",
}

_service(port, storage) := {
	"apiVersion": "v1",
	"kind": "Service",
	"metadata": {"name": port.resource, "labels": component.labelled(port, "postgresql")},
	"spec": {
		"selector": object.filter(component.labelled(storage, "postgresql"), ["app.kubernetes.io/name", "app.kubernetes.io/instance"]),
		"ports": [{"name": "postgresql", "port": postgres.port, "targetPort": "postgresql", "protocol": "TCP"}],
	},
}
