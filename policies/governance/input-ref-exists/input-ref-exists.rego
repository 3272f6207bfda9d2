# METADATA
# schemas:
#   - input: schema["review-any"]
#   - data.inventory: schema.inventory
package dappmesh.governance.input_ref_exists

import data.dappmesh.governance.lib.contract
import data.dappmesh.governance.lib.provider
import data.dappmesh.governance.lib.text
import data.dappmesh.governance.lib.vocabulary

# METADATA
# title: Input reference exists
# description: What an input names exists, be it port, contract and an agreement past requested or a source system; so do both ends of an agreement.
# entrypoint: true
# custom:
#   code: DM-ACC-002
#   kinds: [DataProduct, AccessAgreement]
#   operations: [CREATE, UPDATE]
#   severity: high
#   enforce: {push: deny, admission: warn, audit: deny}
#   remedy: push or correct what is named, or await approval
#   scope: [object, inventory]
#   inventory: [DataProduct.spec.outputPorts.name, DataProduct.spec.outputPorts.version, DataProduct.spec.outputPorts.contractRef, DataContract.spec.productRef, DataContract.spec.odcs.id, DataContract.spec.odcs.version, AccessAgreement.spec.state, Domain.spec.meshRef, Domain.spec.sourceSystems.name, Mesh.spec.sourceSystems.name]
violations contains violation if {
	input.request.kind.kind == "DataProduct"
	some i, port in input.request.object.spec.inputPorts
	not _is_complete(port)
	some absence in _absences(port)
	violation := {
		"path": array.concat(["spec", "inputPorts", i], absence.path),
		"message": absence.message,
		"details": absence.details,
	}
}

violations contains violation if {
	_is_in_use
	absence := provider.absence(input.request.namespace, input.request.object.spec.provider)
	violation := {
		"path": ["spec", "provider", absence.field],
		"message": absence.message,
		"details": {"provider": input.request.object.spec.provider},
	}
}

violations contains violation if {
	_is_in_use
	namespace := input.request.object.spec.consumer.namespace
	name := input.request.object.spec.consumer.product
	not data.inventory.DataProduct[namespace][name]
	violation := {
		"path": ["spec", "consumer", "product"],
		"message": $"DataProduct {text.quoted(name)} does not exist in namespace {text.quoted(namespace)}",
		"details": {"kind": "DataProduct", "namespace": namespace, "name": name},
	}
}

# A rejected or revoked agreement is a record: what it named may be gone.
_is_in_use if {
	input.request.kind.kind == "AccessAgreement"
	state := object.get(input.request.object.spec, "state", "requested")
	not state in {"rejected", "revoked"}
}

# The common case in one pass; what is absent is told apart only once something is.
_is_complete(port) if {
	from := port.from
	namespace := _namespace(port)
	served := provider.port(namespace, from)
	provider.is_of_major(served, from.major)
	data.inventory.AccessAgreement[namespace][port.agreementRef].spec.state != "requested"
	ref := object.get(port, "contractRef", served.contractRef)
	ref == served.contractRef
	contract.is_of_product(namespace, from.product, ref)
}

_is_complete(port) if {
	not port.from.product
	port.from.sourceSystem in _source_systems
}

# Whatever `_is_complete` asks is found absent here, or is reported by another policy.
_absences(port) := ((_port(port) | _own_contract(port)) | (_kept_contract(port) | _agreement(port))) | _source_system(port)

_port(port) := {{"path": ["from", absence.field], "message": absence.message, "details": {"provider": port.from}} |
	absence := provider.absence(_namespace(port), port.from)
}

# The contract that the consumer was built against.
_own_contract(port) := {{"path": ["contractRef"], "message": message, "details": {"provider": port.from, "contract": ref}} |
	ref := port.contractRef
	_is_absent(port, ref)
	named := _contract(ref)
	message := $"{named} of DataProduct {text.quoted(port.from.product)} does not exist"
}

# The contract that the provider's port keeps now.
_kept_contract(port) := {{"path": ["from", "port"], "message": message, "details": {"provider": port.from, "contract": ref}} |
	ref := provider.port(_namespace(port), port.from).contractRef
	ref != object.get(port, "contractRef", {})
	_is_absent(port, ref)
	place := $"output port {text.quoted(port.from.port)} of DataProduct {text.quoted(port.from.product)}"
	named := _contract(ref)
	message := $"{named} of {place} does not exist"
}

# Where none is named, input-needs-agreement reports that.
_agreement(port) := {{"path": ["agreementRef"], "message": message, "details": {"agreement": agreement}} |
	port.from.product
	name := port.agreementRef
	name != ""
	agreement := {"namespace": _namespace(port), "name": name}
	absence := _agreement_absence(agreement.namespace, name)
	message := $"AccessAgreement {text.quoted(name)} {absence}"
}

# Where there is no Domain or Mesh, domain-exists reports that.
_source_system(port) := {{"path": ["from", "sourceSystem"], "message": message, "details": details} |
	name := port.from.sourceSystem
	vocabulary.mesh
	not name in _source_systems
	details := {"sourceSystem": name, "listed": _source_systems}
	places := $"neither in Domain {text.quoted(vocabulary.domain_name)} nor in Mesh {text.quoted(vocabulary.mesh_name)}"
	message := $"source system {text.quoted(name)} is listed {places}; listed: {text.listed(_source_systems)}"
}

_source_systems contains system.name if some system in vocabulary.domain.spec.sourceSystems

_source_systems contains system.name if some system in vocabulary.mesh.spec.sourceSystems

_namespace(port) := object.get(port.from, "namespace", input.request.namespace)

# Silent while the product is not there either.
_is_absent(port, ref) if {
	namespace := _namespace(port)
	product := port.from.product
	data.inventory.DataProduct[namespace][product]
	not contract.is_of_product(namespace, product, ref)
}

_contract(ref) := $"contract {text.quoted(concat(" ", [ref.id, ref.version]))}"

_agreement_absence(namespace, name) := $"does not exist in namespace {text.quoted(namespace)}" if {
	not data.inventory.AccessAgreement[namespace][name]
}

# Once it is decided, what was decided is the business of input-needs-agreement.
_agreement_absence(namespace, name) := "is requested and not yet approved" if {
	object.get(data.inventory.AccessAgreement[namespace][name].spec, "state", "requested") == "requested"
}
