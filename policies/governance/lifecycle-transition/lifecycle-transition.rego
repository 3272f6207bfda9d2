# METADATA
# schemas:
#   - input: schema["review-any"]
package dappmesh.governance.lifecycle_transition

import data.dappmesh.governance.lib.text

# METADATA
# title: Lifecycle transition
# description: The phase of a data product, an output port or a contract is a known one; an update keeps it or moves one step forward.
# entrypoint: true
# custom:
#   code: DM-LIF-002
#   kinds: [DataProduct, DataContract]
#   operations: [CREATE, UPDATE]
#   severity: medium
#   enforce: {push: deny, admission: deny, audit: deny}
#   remedy: take the next step, or restore the old phase
#   scope: [object, old]
#   inventory: []
violations contains _unknown(["spec", "lifecycle", "phase"], phase) if {
	input.request.kind.kind == "DataProduct"
	phase := input.request.object.spec.lifecycle.phase
	not _next[phase]
}

violations contains _unknown(["spec", "outputPorts", i, "lifecycle", "phase"], phase) if {
	input.request.kind.kind == "DataProduct"
	some i, port in input.request.object.spec.outputPorts
	phase := port.lifecycle.phase
	not _next[phase]
}

violations contains _unknown(["spec", "odcs", "status"], status) if {
	input.request.kind.kind == "DataContract"
	status := input.request.object.spec.odcs.status
	not _next[status]
}

# ODCS 3.2 leaves the status to taste; here every contract has one.
violations contains {
	"path": ["spec", "odcs", "status"],
	"message": $"no status is set; it is one of {text.listed(_phases)}",
	"details": {"allowed": _phases},
} if {
	input.request.kind.kind == "DataContract"
	is_object(input.request.object)
	not input.request.object.spec.odcs.status
}

violations contains _jump(["spec", "lifecycle", "phase"], before, after) if {
	input.request.kind.kind == "DataProduct"
	input.request.operation == "UPDATE"
	before := input.request.oldObject.spec.lifecycle.phase
	after := object.get(input.request.object, ["spec", "lifecycle", "phase"], "")
	_is_jump(before, after)
}

violations contains _jump(["spec", "outputPorts", i, "lifecycle", "phase"], before, after) if {
	input.request.kind.kind == "DataProduct"
	input.request.operation == "UPDATE"
	some old in input.request.oldObject.spec.outputPorts
	before := old.lifecycle.phase
	some i, port in input.request.object.spec.outputPorts
	port.name == old.name
	after := object.get(port, ["lifecycle", "phase"], "")
	_is_jump(before, after)
}

# A status that has gone is reported as not set.
violations contains _jump(["spec", "odcs", "status"], before, after) if {
	input.request.kind.kind == "DataContract"
	input.request.operation == "UPDATE"
	before := input.request.oldObject.spec.odcs.status
	after := input.request.object.spec.odcs.status
	_is_jump(before, after)
}

# The one step forward from each phase.
_next := {
	"proposed": "draft",
	"draft": "active",
	"active": "deprecated",
	"deprecated": "retired",
	"retired": "retired",
}

_phases := object.keys(_next)

# An unknown phase, before or after, is no jump: it is reported as unknown, or may be left for any other.
_is_jump(before, after) if {
	before != after
	_next[before] != after
	after in (_phases | {""})
}

_unknown(path, phase) := {
	"path": path,
	"message": $"{text.quoted(phase)} is none of {text.listed(_phases)}",
	"details": {"phase": phase, "allowed": _phases},
}

_jump(path, before, after) := {
	"path": path,
	"message": $"it goes from {before} to {_shown(after)}; allowed: {text.listed({before, _next[before]})}",
	"details": {"before": before, "after": after, "allowed": {before, _next[before]}},
}

_shown("") := "nothing"

_shown(phase) := phase if phase != ""
