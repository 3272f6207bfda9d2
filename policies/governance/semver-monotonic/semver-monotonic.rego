# METADATA
# schemas:
#   - input: schema["review-data-contract"]
#   - data.inventory: schema.inventory
#   - data.index: schema["index"]
package dappmesh.governance.semver_monotonic

import data.dappmesh.governance.lib.semver

# METADATA
# title: Versions rise
# description: A new version of a contract is above every version of its major that the base revision has; at admission, that the inventory has.
# entrypoint: true
# custom:
#   code: DM-VER-003
#   kinds: [DataContract]
#   operations: [CREATE, UPDATE]
#   severity: medium
#   enforce: {push: deny, admission: warn, audit: "off"}
#   remedy: use a version above the one shown
#   scope: [object, old, inventory]
#   inventory: [DataContract.spec.productRef, DataContract.spec.odcs.id, DataContract.spec.odcs.version]
violations contains violation if {
	_is_new
	highest := max(_same_major)
	highest >= _parts
	violation := {
		"path": ["spec", "odcs", "version"],
		"message": $"version {_odcs.version} is not above {_printed(highest)}, the highest of major {_parts[0]}",
		"details": {"version": _odcs.version, "highest": _printed(highest), "id": _odcs.id},
	}
}

_odcs := input.request.object.spec.odcs

_parts := semver.parts(_odcs.version)

_is_new if input.request.operation == "CREATE"

_is_new if {
	input.request.operation == "UPDATE"
	input.request.oldObject.spec.odcs.version != _odcs.version
}

_same_major contains parts if {
	some other in _before
	other.id == _odcs.id
	parts := semver.parts(other.version)
	parts[0] == _parts[0]
}

# An edited document leaves its own old version behind.
_before contains input.request.oldObject.spec.odcs if input.request.operation == "UPDATE"

# At push the inventory is the tree that the push makes, its other new versions included; what was there before is
# `data.base`. Where the host gives none, as at admission, what is in the inventory was there before.
_before contains data.inventory.DataContract[_namespace][name].spec.odcs if {
	not data.base
	some name, _ in data.index.contracts_of_product[_namespace][_product]
	name != input.request.object.metadata.name
}

_before contains data.base.inventory.DataContract[_namespace][name].spec.odcs if {
	some name, _ in data.base.index.contracts_of_product[_namespace][_product]
	name != input.request.object.metadata.name
}

_namespace := input.request.namespace

_product := input.request.object.spec.productRef

_printed(parts) := concat(".", [format_int(part, 10) | some part in parts])
