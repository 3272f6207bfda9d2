# METADATA
# schemas:
#   - input: schema["review-data-product"]
#   - data.inventory: schema.inventory
package dappmesh.blueprints.embedded_file

import data.dappmesh.blueprints.lib.bucket
import data.dappmesh.blueprints.lib.component

# METADATA
# title: Embedded file port
# description: Read-only access to one prefix in the bucket of an embedded object store, under the port's own name.
# entrypoint: true
# custom:
#   kinds: [DataProduct]
#   makes: [v1/Secret, v1/ConfigMap, v1/Service]
#   inventory:
#     - Domain.spec.meshRef
#     - Mesh.spec.engineDefaults
#     - EngineClass.spec.role
#     - EngineClass.spec.blueprint
#     - EngineClass.spec.parameters
output contains {"object": object} if {
	some file_port in component.of("embedded-file")
	store := bucket.store_of(file_port)
	some object in [_keys(file_port), _description(file_port, store), _service(file_port, store)]
}

output contains {"waitsFor": {"path": file_port.path, "message": message}} if {
	some file_port in component.of("embedded-file")
	not bucket.store_of(file_port)
	message := $"port {file_port.name} serves files, but the product has no store for it that blueprint embedded-object-store builds"
}

# What is undefined would vanish without a word, and what vanishes is pruned.
output contains {"waitsFor": {"path": file_port.path, "message": message}} if {
	some file_port in component.of("embedded-file")
	not bucket.prefix(file_port)
	message := $"parameter prefix of port {file_port.name} must be a text"
}

# Whom the store knows as a reader of this prefix; the store's pod takes the keys from here.
_keys(file_port) := {
	"apiVersion": "v1",
	"kind": "Secret",
	"metadata": object.union(_metadata(file_port), {"annotations": {"dappmesh.io/generate": "access-key,secret-key"}}),
	"type": "Opaque",
}

# What a reader has to know besides the keys.
_description(file_port, store) := {
	"apiVersion": "v1",
	"kind": "ConfigMap",
	"metadata": _metadata(file_port),
	"data": object.union_n([
		{
			"endpoint": bucket.endpoint(file_port),
			"bucket": bucket.name(store),
			"prefix": bucket.prefix(file_port),
			"keysSecret": file_port.resource,
		},
		{"format": format | format := bucket.format(file_port)},
		{"contract": $"{reference.id}@{reference.version}" | reference := file_port.entry.contractRef},
	]),
}

_service(file_port, store) := {
	"apiVersion": "v1",
	"kind": "Service",
	"metadata": _metadata(file_port),
	"spec": {
		"selector": {"app.kubernetes.io/name": bucket.program, "app.kubernetes.io/instance": store.resource},
		"ports": [{"name": "s3", "port": bucket.port, "targetPort": "s3", "appProtocol": "http"}],
	},
}

_metadata(file_port) := {"name": file_port.resource, "labels": component.labelled(file_port, bucket.program)}
