# METADATA
# schemas:
#   - input: schema["review-mesh"]
#   - data.inventory: schema.inventory
package dappmesh.blueprints.mesh

import data.dappmesh.blueprints.lib.canonical
import data.dappmesh.blueprints.lib.priority

# METADATA
# title: Mesh
# description: A PriorityClass per tier, and the vocabulary and engine defaults of the mesh published for everyone to read.
# entrypoint: true
# custom:
#   kinds: [Mesh]
#   makes: [rbac.authorization.k8s.io/v1/Role, rbac.authorization.k8s.io/v1/RoleBinding, scheduling.k8s.io/v1/PriorityClass, v1/ConfigMap]
#   inventory: [EngineClass.spec.role, EngineClass.spec.blueprint, EngineClass.spec.parameters]
output contains {"object": {
	"apiVersion": "scheduling.k8s.io/v1",
	"kind": "PriorityClass",
	"metadata": {"name": class.name},
	"value": class.value,
	"description": object.get(class.tier, "description", $"Tier {class.tier.name} of mesh {_mesh.metadata.name}."),
}} if {
	some class in priority.classes(_mesh.metadata.name, _mesh.spec.tiers)
}

output contains {"object": {
	"apiVersion": "v1",
	"kind": "ConfigMap",
	"metadata": {"name": _published.vocabulary, "namespace": _home},
	"data": {file: canonical.text(_mesh.spec[field]) |
		some field, file in _vocabulary
		_mesh.spec[field]
	},
}}

output contains {"object": {
	"apiVersion": "v1",
	"kind": "ConfigMap",
	"metadata": {"name": _published.engines, "namespace": _home},
	"data": {$"{role}.json": canonical.text({"engineClass": class, "blueprint": found.blueprint, "parameters": parameters}) |
		some role, class in _mesh.spec.engineDefaults
		found := _classes[class]
		parameters := object.get(found, "parameters", {})
	},
}}

output contains {"object": {
	"apiVersion": "rbac.authorization.k8s.io/v1",
	"kind": "Role",
	"metadata": {"name": _published.vocabulary, "namespace": _home},
	"rules": [{
		"apiGroups": [""],
		"resources": ["configmaps"],
		"resourceNames": [_published.vocabulary, _published.engines],
		"verbs": ["get", "list", "watch"],
	}],
}}

output contains {"object": {
	"apiVersion": "rbac.authorization.k8s.io/v1",
	"kind": "RoleBinding",
	"metadata": {"name": _published.vocabulary, "namespace": _home},
	"roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": _published.vocabulary},
	"subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "system:authenticated"}],
}}

output contains {"waitsFor": {"path": ["spec", "engineDefaults", role], "message": $`EngineClass "{class}" {fault}`}} if {
	some role, class in _mesh.spec.engineDefaults
	some fault in _faults(role, class)
}

_mesh := input.request.object

# Where everyone may look things up: the namespace of the platform.
_home := "dappmesh-system"

_published := {
	"vocabulary": $"{_mesh.metadata.name}-vocabulary",
	"engines": $"{_mesh.metadata.name}-engines",
}

# What a domain or a product may say, by the name of its file.
_vocabulary := {
	"regions": "regions.json",
	"classifications": "classifications.json",
	"tiers": "tiers.json",
	"environments": "environments.json",
	"sourceSystems": "source-systems.json",
}

_classes[name] := class.spec if some name, class in data.inventory.EngineClass

_faults(_, class) := {"does not exist"} if not _classes[class]

_faults(role, class) := {$`plays the role "{found.role}", not "{role}"`} if {
	found := _classes[class]
	found.role != role
}
