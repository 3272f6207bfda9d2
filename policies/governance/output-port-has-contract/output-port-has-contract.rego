# METADATA
# schemas:
#   - input: schema["review-data-product"]
package dappmesh.governance.output_port_has_contract

import data.dappmesh.governance.lib.contract
import data.dappmesh.governance.lib.text

# METADATA
# title: Output port has a contract
# description: Each output port names the id and version of one of its product's contracts.
# entrypoint: true
# custom:
#   code: DM-VER-009
#   kinds: [DataProduct]
#   operations: [CREATE, UPDATE]
#   severity: high
#   enforce: {push: deny, admission: warn, audit: deny}
#   remedy: push that contract version, or point to one listed
#   scope: [object, inventory]
#   inventory: [DataContract.spec.productRef, DataContract.spec.odcs.id, DataContract.spec.odcs.version]
violations contains violation if {
	some i, port in input.request.object.spec.outputPorts
	not _names_contract(port)
	violation := {
		"path": ["spec", "outputPorts", i, "contractRef"],
		"message": $"no contract is named; the product has: {text.listed(_shown)}",
		"details": {"available": _shown},
	}
}

violations contains violation if {
	some i, port in input.request.object.spec.outputPorts
	ref := port.contractRef
	not [ref.id, ref.version] in _contracts
	violation := {
		"path": ["spec", "outputPorts", i, "contractRef"],
		"message": $"contract {_named(ref.id, ref.version)} does not exist; the product has: {text.listed(_shown)}",
		"details": {"id": ref.id, "version": ref.version, "available": _shown},
	}
}

_names_contract(port) if {
	port.contractRef.id
	port.contractRef.version
}

_contracts := contract.of_product(input.request.namespace, input.request.object.metadata.name)

_shown contains $"{id} {version}" if some [id, version] in _contracts

_named(id, version) := text.quoted($"{id} {version}")
