# METADATA
# schemas:
#   - input: schema["review-data-product"]
#   - data.inventory: schema.inventory
#   - data.index: schema["index"]
package dappmesh.blueprints.product

import data.dappmesh.blueprints.lib.access
import data.dappmesh.blueprints.lib.canonical
import data.dappmesh.blueprints.lib.component
import data.dappmesh.governance.lib.parameters

# METADATA
# title: Data product
# description: What a product's status says of its engines, ports, consumers and origins, what it waits for, and who holds it.
# entrypoint: true
# custom:
#   kinds: [DataProduct]
#   makes: []
#   inventory: [Domain.spec.meshRef, Mesh.spec.engineDefaults, EngineClass.spec.role, EngineClass.spec.blueprint, EngineClass.spec.parameters, EngineClass.spec.parametersSchema, AccessAgreement.spec.provider, AccessAgreement.spec.consumer, AccessAgreement.spec.state, AccessAgreement.spec.start, AccessAgreement.spec.end]
output contains {"status": {"engines": [engine |
	some [_, _, engine] in sort([[found.name, found.role, {"name": found.name, "role": found.role, "engineClass": found.class}] |
		some found in component.all
	])
]}}

output contains {"status": {"endpoints": [endpoint |
	some [_, _, endpoint] in sort([[found.name, found.role, {"port": found.name, "type": found.role, "url": _url(found)}] |
		some found in component.all
		found.section in {"outputPorts", "managementPorts"}
	])
]}}

output contains {"status": {"consumers": [consumer |
	some [_, _, _, consumer] in sort([[consumer.namespace, consumer.product, consumer.port, consumer] |
		some consumer in (_by_agreement | _by_input)
	])
]}}

output contains {"status": {"lineage": [edge |
	some [_, _, _, edge] in sort([[edge.namespace, edge.product, edge.port, edge] | some edge in _origins])
]}}

# The same contracts and flows are the same data product, wherever and whenever it is built.
output contains {"status": {"snapshot": $"sha256:{canonical.digest(content)}"}} if {
	content := {
		"contracts": [found.spec | some found in input.context.contracts],
		"flows": object.get(_product, ["spec", "model", "flows"], []),
	}
}

output contains {"waitsFor": {"path": _place(found), "message": $`EngineClass "{found.class}" {fault}`}} if {
	some found in component.all
	some fault in _faults(found)
}

# The class may have changed since the product was judged; a value of another type makes objects undefined.
output contains {"waitsFor": {"path": path, "message": $"parameter {fault.message}"}} if {
	some found in component.all
	class := data.inventory.EngineClass[found.class].spec
	some fault in parameters.faults(found.class, class, found.entry)
	path := array.concat(array.concat(found.path, ["parameters"]), fault.path)
}

# What is undefined would vanish without a word, and what vanishes is pruned: the host refuses an answer in which the
# blueprint gives nothing for the component.
output contains {"expects": {"component": found.name, "blueprint": class.blueprint, "path": found.path}} if {
	some found in component.all
	class := data.inventory.EngineClass[found.class].spec
	class.role == found.role
}

output contains {"waitsFor": {"path": found.path, "message": message}} if {
	some found in component.asked
	found.section != "managementPorts"
	not found.entry.engineClass
	not component.mesh.spec.engineDefaults[found.role]
	message := $`no EngineClass is named, and no Mesh has a default for the role "{found.role}"`
}

output contains {"waitsFor": {"path": ["spec", "outputPorts", index], "message": "no type is set, so no engine can serve it"}} if {
	some index, port in _product.spec.outputPorts
	not port.type
}

# Pushed together, a product may arrive before its contract.
output contains {"waitsFor": {"path": array.concat(port.path, ["contractRef"]), "message": message}} if {
	some port in component.all
	reference := port.entry.contractRef
	not component.contract(port)
	message := $`the product has no contract "{reference.id}" of version "{reference.version}"`
}

output contains {"waitsFor": {"path": array.concat(found.path, ["parameters", "storage"]), "message": message}} if {
	some found in component.all
	found.section != "storage"
	wanted := found.parameters.storage
	not component.storage(found)
	message := $`the product has no storage "{wanted}"`
}

output contains {"holds": {"component": name, "message": message}} if {
	some grant in access.granted
	some name in _held(grant.port)
	message := $"{grant.namespace}/{grant.product} uses port {grant.port} under agreement {component.namespace}/{grant.agreement}"
}

output contains {"until": min(access.turns)}

_product := component.product

# Where a class is named; the Mesh's default is named nowhere in the product.
_place(found) := array.concat(found.path, ["engineClass"]) if found.entry.engineClass

_place(found) := found.path if not found.entry.engineClass

_faults(found) := {"does not exist"} if not data.inventory.EngineClass[found.class]

_faults(found) := {$`plays the role "{role}", not "{found.role}"`} if {
	role := data.inventory.EngineClass[found.class].spec.role
	role != found.role
}

# An engine that answers elsewhere than at the Service of its component says so in its class, in terms of its parameters.
_url(found) := strings.replace_n(places, found.parameters.endpoint) if {
	own := {"{resource}": found.resource, "{namespace}": component.namespace}
	given := {concat("", ["{", name, "}"]): value | some name, value in found.parameters; is_string(value); name != "endpoint"}
	places := object.union(given, own)
}

_url(found) := $"{scheme[0]}://{found.resource}.{component.namespace}.svc:{scheme[1]}" if {
	not found.parameters.endpoint
	scheme := _schemes[found.role]
}

# Of a stream, only the class knows the broker.
_schemes := {
	"rest": ["http", 80],
	"sql": ["postgresql", 5432],
	"file": ["http", 8333],
}

_by_agreement := {{
	"namespace": grant.namespace,
	"product": grant.product,
	"port": grant.port,
	"agreement": grant.agreement,
} |
	some grant in access.granted
}

# Who names a port as input without an agreement in force: a finding for the policies, and still a consumer to know of.
_by_input := {{"namespace": namespace, "product": product, "port": port} |
	some port, namespaces in data.index.consumers_of_port[component.namespace][_product.metadata.name]
	some namespace, products in namespaces
	some product, _ in products
	not [namespace, product, port] in _agreed
}

_agreed := {[consumer.namespace, consumer.product, consumer.port] | some consumer in _by_agreement}

_origins := {{"namespace": from.namespace, "product": from.product, "port": from.port} |
	some port in _product.spec.inputPorts
	from := port.from
}

# What must stay while a port is used: the port and the store behind it. Of a port that the spec no longer has, nobody
# can tell what was behind it, so everything stays.
_held(name) := {name} | {store.name |
	some port in component.all
	port.section == "outputPorts"
	port.name == name
	store := component.storage(port)
} if {
	_has_port(name)
}

_held(name) := {name, ""} if not _has_port(name)

_has_port(name) if {
	some port in _product.spec.outputPorts
	port.name == name
}
