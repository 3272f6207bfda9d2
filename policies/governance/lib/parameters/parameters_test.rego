package dappmesh.governance.lib.parameters_test

import data.dappmesh.governance.lib.parameters

_spec := {"role": "rest", "parametersSchema": {
	"type": "object",
	"additionalProperties": false,
	"properties": {
		"replicas": {"type": "integer", "minimum": 1},
		"config": {"type": "object", "additionalProperties": {"type": "string"}},
		"hosts": {"type": "array", "items": {"type": "object", "required": ["name"]}},
		"a.b": {"type": "object", "additionalProperties": false},
	},
}}

test_parameters_that_match_have_no_faults if {
	every entry in [{}, {"parameters": {}}, {"parameters": {"replicas": 2, "config": {"retention.ms": "1"}}}] {
		_paths(_spec, entry) == set()
	}
}

test_fault_tells_where_it_is if {
	every case in [
		{"parameters": {"replicas": "2"}, "path": ["replicas"]},
		{"parameters": {"replicas": 0}, "path": ["replicas"]},
		{"parameters": {"replica": 2}, "path": ["replica"]},
		{"parameters": {"config": {"retention.ms": 1}}, "path": ["config", "retention.ms"]},
		{"parameters": {"hosts": [{"name": "a"}, {}]}, "path": ["hosts", 1]},
		{"parameters": {"hosts": [{"name": "a"}, "b"]}, "path": ["hosts", 1]},
		{"parameters": {"a.b": {"c": 1}}, "path": ["a.b", "c"]},
	] {
		_paths(_spec, {"parameters": case.parameters}) == {case.path}
	}
}

test_every_fault_is_told if {
	_paths(_spec, {"parameters": {"replicas": "2", "replica": 2, "x": 1}}) == {["replicas"], ["replica"], ["x"]}
}

test_message_names_the_class_and_the_problem if {
	message := `does not match parametersSchema of EngineClass "gateway": Invalid type. Expected: integer, given: string`
	parameters.faults("gateway", _spec, {"parameters": {"replicas": "2"}}) == {{"path": ["replicas"], "message": message}}
}

test_class_without_a_schema_takes_anything if {
	_paths({"role": "rest"}, {"parameters": {"replicas": "2"}}) == set()
}

test_absent_parameters_are_none if {
	required := {"parametersSchema": {"type": "object", "required": ["issuer"]}}
	_paths(required, {}) == {[]}
	_paths(required, {"parameters": {"issuer": "x"}}) == set()
}

test_schema_that_is_none_is_told if {
	broken := {"parametersSchema": {"type": "nonsense"}}
	message := `cannot be judged: parametersSchema of EngineClass "gateway" is not usable as JSON Schema (draft-07)`
	parameters.faults("gateway", broken, {"parameters": {}}) == {{"path": [], "message": message}}
}

_paths(spec, entry) := {fault.path | some fault in parameters.faults("gateway", spec, entry)}
