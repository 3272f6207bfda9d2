# METADATA
# schemas:
#   - input: schema["review-data-product"]
#   - data.inventory: schema.inventory
package dappmesh.governance.engine_allowed

import data.dappmesh.governance.lib.parameters
import data.dappmesh.governance.lib.text
import data.dappmesh.governance.lib.vocabulary

# METADATA
# title: Engine allowed
# description: Each EngineClass named exists, plays the role of its entry and is one that the Mesh allows; storage and processing name one where the Mesh has no default; parameters match the schema of the class.
# entrypoint: true
# custom:
#   code: DM-STO-004
#   kinds: [DataProduct]
#   operations: [CREATE, UPDATE]
#   severity: high
#   enforce: {push: deny, admission: deny, audit: deny}
#   remedy: name an EngineClass that is allowed and plays the role, with parameters of its schema
#   scope: [object, inventory]
#   inventory: [Domain.spec.meshRef, Mesh.spec.engines, Mesh.spec.engineDefaults, EngineClass.spec.role, EngineClass.spec.parametersSchema]
violations contains violation if {
	some section, field in _sections
	some index, entry in input.request.object.spec[section]
	name := entry.engineClass
	role := object.get(entry, field, "")
	problem := _problem(name, role)
	violation := {
		"path": ["spec", section, index, "engineClass"],
		"message": $"EngineClass {text.quoted(name)} {problem}; allowed: {text.listed(_choices(role))}",
		"details": {"engineClass": name, "allowed": _choices(role)},
	}
}

violations contains violation if {
	vocabulary.mesh
	some section in ["storage", "processing"]
	some index, entry in input.request.object.spec[section]
	not entry.engineClass
	not vocabulary.mesh.spec.engineDefaults[entry.role]
	violation := {
		"path": ["spec", section, index],
		"message": $"no EngineClass is named, and Mesh {text.quoted(vocabulary.mesh_name)} has no default for the role {text.quoted(entry.role)}; allowed: {text.listed(_choices(entry.role))}",
		"details": {"role": entry.role, "allowed": _choices(entry.role)},
	}
}

# The Mesh's default is named nowhere, and yet takes the parameters of the entry.
violations contains violation if {
	some section, field in _sections
	some index, entry in input.request.object.spec[section]
	name := _class(entry, field)
	some fault in parameters.faults(name, data.inventory.EngineClass[name].spec, entry)
	violation := {
		"path": array.concat(["spec", section, index, "parameters"], fault.path),
		"message": fault.message,
		"details": {"engineClass": name},
	}
}

# Where engines are asked for, and the field that tells the role.
_sections := {"storage": "role", "processing": "role", "outputPorts": "type", "managementPorts": "type"}

_problem(name, _) := $"is not allowed in Mesh {text.quoted(vocabulary.mesh_name)}" if _is_forbidden(name)

_problem(name, _) := "does not exist" if _is_unknown(name)

_problem(name, role) := $"plays the role {text.quoted(plays)}, not {text.quoted(role)}" if {
	plays := data.inventory.EngineClass[name].spec.role
	plays != role
	role != ""
	not _is_forbidden(name)
}

_is_forbidden(name) if {
	allowed := vocabulary.mesh.spec.engines
	not name in allowed
}

# Without a list, what exists is allowed. One that the list has and that does not exist is awaited by the blueprint.
_is_unknown(name) if {
	vocabulary.mesh
	not vocabulary.mesh.spec.engines
	not data.inventory.EngineClass[name]
	_has_vocabulary
}

# Classes are vocabulary, which is applied first. A cluster without a single one is being installed or restored, in
# whatever order; everywhere else than at admission the whole is there to be looked at.
_has_vocabulary if input.context.point != "admission"

_has_vocabulary if data.inventory.EngineClass[_]

# Classes of the role that may be used.
_choices(role) := {name |
	some name, class in data.inventory.EngineClass
	class.spec.role == role
	not _is_forbidden(name)
}

_class(entry, _) := entry.engineClass

_class(entry, field) := vocabulary.mesh.spec.engineDefaults[entry[field]] if not entry.engineClass
