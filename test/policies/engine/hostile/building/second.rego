package dappmesh.blueprints.second

# METADATA
# title: Second
# description: Gives what the annotation `second` says, as an object or as a status.
# entrypoint: true
# custom:
#   kinds: [DataProduct]
#   makes: [v1/ConfigMap]
#   inventory: []
output contains {"object": {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}} if {
	annotations := input.request.object.metadata.annotations
	labels := {"dappmesh.io/component": component | component := annotations.component}
	metadata := {"name": annotations.second, "labels": labels}
}

output contains {"status": {"snapshot": "second"}} if input.request.object.metadata.annotations.snapshot

output contains x if {
	input.request.object.metadata.annotations.conflict
	x := _conflicting
}

_conflicting := 1 if input.request.uid

_conflicting := 2 if input.request.uid
