# Whether the parameters that a product gives an engine match the schema of its EngineClass. Those of the class itself
# are not asked about: a class may set what it lets nobody else set.
package dappmesh.governance.lib.parameters

import data.dappmesh.governance.lib.text

# What is wrong, each with the place below `parameters`. `class` is the name of the EngineClass, `spec` its spec.
faults(class, spec, entry) := _worded(class, parameters, answers) if {
	schema := spec.parametersSchema
	_is_asked(schema, entry)
	parameters := object.get(entry, "parameters", {})
	answers := [answer | answer := json.match_schema(parameters, schema)]
}

# Asking leaves Wasm and takes the schema along, so it is done where something can be found: where there are parameters,
# or the schema says more than what no parameters at all match anyway.
_is_asked(_, entry) if entry.parameters

_is_asked(schema, entry) if {
	not entry.parameters
	some keyword, _ in schema
	not keyword in _satisfied
}

_satisfied := {"$schema", "type", "title", "description", "properties", "patternProperties", "additionalProperties"}

_worded(class, _, []) := {{"path": [], "message": message}} if {
	message := $"cannot be judged: parametersSchema of EngineClass {text.quoted(class)} is not usable as JSON Schema (draft-07)"
}

_worded(class, parameters, [[_, errors]]) := {{"path": path, "message": message} |
	some error in errors
	path := _place(parameters, error)
	message := $"does not match parametersSchema of EngineClass {text.quoted(class)}: {error.desc}"
}

# An error names its place in one text, which a dot in a name makes ambiguous; what is there tells.
_place(parameters, error) := array.concat(place, max({[]} | members)) if {
	[place, value] := max({[[], parameters]} | {[path, found] |
		walk(parameters, [path, found])
		concat(".", [$"{name}" | some name in path]) == error.field
	})
	members := {[name] | some name, _ in value; error.desc == $"Additional property {name} is not allowed"}
}
