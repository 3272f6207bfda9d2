# METADATA
# schemas:
#   - input: schema["review-any"]
package dappmesh.governance.name_format

import data.dappmesh.governance.lib.text
import data.dappmesh.governance.lib.vocabulary

# METADATA
# title: Name format
# description: Names have 3 to 30 characters and match the whole of the Mesh's naming pattern.
# entrypoint: true
# custom:
#   code: DM-OWN-007
#   kinds: [DataProduct, DataContract]
#   operations: [CREATE, UPDATE]
#   severity: medium
#   enforce: {push: deny, admission: deny, audit: deny}
#   remedy: recreate it under a name matching the pattern shown
#   scope: [object, inventory]
#   inventory: [Mesh.spec.naming.pattern, Domain.spec.meshRef, DataProduct.spec.domainRef]
violations contains violation if {
	is_object(input.request.object)
	not _has_length(_name)
	violation := {
		"path": ["metadata", "name"],
		"message": $"name {text.quoted(_name)} has {count(_name)} characters; allowed are 3 to 30",
		"details": {"name": _name, "minimum": 3, "maximum": 30},
	}
}

violations contains violation if {
	is_object(input.request.object)
	pattern := vocabulary.mesh.spec.naming.pattern
	not regex.match(concat("", ["^(?:", pattern, ")$"]), _name)
	violation := {
		"path": ["metadata", "name"],
		"message": $"name {text.quoted(_name)} does not match the pattern {text.quoted(pattern)}",
		"details": {"name": _name, "pattern": pattern},
	}
}

_name := object.get(input.request.object, ["metadata", "name"], "")

_has_length(name) if {
	count(name) >= 3
	count(name) <= 30
}
