# What a product asks engines for: each storage, processing and port entry with its class, parameters, name and labels.
# These are sets, which have no order of their own in Wasm: what becomes a list is to be sorted.
# Who uses it declares Domain.spec.meshRef, Mesh.spec.engineDefaults, EngineClass.spec.role, EngineClass.spec.blueprint
# and EngineClass.spec.parameters in the inventory of its METADATA.

# METADATA
# schemas:
#   - input: schema["review-data-product"]
#   - data.inventory: schema.inventory
package dappmesh.blueprints.lib.component

import data.dappmesh.blueprints.lib.naming

product := input.request.object

namespace := product.metadata.namespace

domain := data.inventory.Domain[product.spec.domainRef]

mesh := data.inventory.Mesh[domain.spec.meshRef]

# The first to bear a name keeps it; what comes later gets a digest beside.
_ranks := {"storage": 0, "processing": 1, "outputPorts": 2, "managementPorts": 3, "product": 4}

# Every entry, whether or not an engine can be told.
asked contains found if {
	some section in ["storage", "processing", "outputPorts", "managementPorts"]
	some index, entry in product.spec[section]
	found := {
		"name": entry.name,
		"section": section,
		"index": index,
		"path": ["spec", section, index],
		"role": _role(section, entry),
		"entry": entry,
	}
}

# A certificate is asked for once per product, where the Mesh says who issues them and there is a port to certify.
# Streams are served by a Kafka cluster, which has certificates of its own.
asked contains {
	"name": "tls",
	"section": "product",
	"index": 0,
	"path": ["spec"],
	"role": "certificate",
	"entry": {},
} if {
	mesh.spec.engineDefaults.certificate
	some port in product.spec.outputPorts
	port.type != "stream"
}

_role(section, entry) := entry.role if section in {"storage", "processing"}

_role(section, entry) := entry.type if section in {"outputPorts", "managementPorts"}

# Every entry of which the class can be told; the class itself may be missing.
all contains component if {
	some found in asked
	class := _class(found)
	resource := _resource(found)
	component := object.union(found, {
		"class": class,
		"parameters": _parameters(found, class),
		"resource": resource,
		"labels": {
			"app.kubernetes.io/instance": resource,
			"dappmesh.io/product": naming.label(product.metadata.name),
			"dappmesh.io/component": found.name,
			"dappmesh.io/domain": naming.label(product.spec.domainRef),
		},
	})
}

# Those that a blueprint builds, by the name that EngineClasses know it by.
of(blueprint) := {component |
	some component in all
	class := data.inventory.EngineClass[component.class].spec
	class.blueprint == blueprint
	class.role == component.role
}

# Labels of a child and of its pods; `name` is the program that runs there.
labelled(component, name) := object.union(component.labels, {"app.kubernetes.io/name": name})

# The store that a port serves or a process works on: the one it names, else the first of the role that suits it best.
storage(component) := [found | some found in _stores; found.name == component.parameters.storage][0]

storage(component) := [found |
	some role in _preferred(component.role)
	some found in _stores
	found.role == role
][0] if {
	not component.parameters.storage
}

_stores := [component |
	some index, _ in product.spec.storage
	some component in all
	component.section == "storage"
	component.index == index
]

_preferred(role) := ["object", "analytics", "operational"] if role == "file"

_preferred(role) := ["analytics", "operational", "object"] if role != "file"

# The contract that a port keeps.
contract(component) := [found |
	reference := component.entry.contractRef
	some found in input.context.contracts
	found.spec.odcs.id == reference.id
	found.spec.odcs.version == reference.version
][0]

_class(found) := found.entry.engineClass

_class(found) := mesh.spec.engineDefaults[found.role] if not found.entry.engineClass

# One level deep: what the entry says replaces what the class says.
_parameters(found, class) := object.union(object.remove(given, object.keys(own)), own) if {
	given := object.get(data.inventory, ["EngineClass", class, "spec", "parameters"], {})
	own := object.get(found.entry, "parameters", {})
}

_resource(found) := naming.resource(_full_name(found)) if not _is_taken(found)

_resource(found) := naming.marked(_full_name(found), json.marshal([_full_name(found), found.section])) if _is_taken(found)

_full_name(found) := $"{product.metadata.name}-{found.name}"

_is_taken(found) if {
	some other in asked
	other.name == found.name
	_ranks[other.section] < _ranks[found.section]
}
