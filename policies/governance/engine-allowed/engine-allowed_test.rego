package dappmesh.governance.engine_allowed_test

import data.dappmesh.governance.engine_allowed
import data.dappmesh.governance.lib.fixture

test_product_on_allowed_engines_passes if {
	_violations([], []) == set()
}

test_class_of_another_role_is_refused_at_every_place if {
	every place in [["storage", 0], ["processing", 0], ["outputPorts", 0], ["managementPorts", 0]] {
		path := array.concat(["spec"], array.concat(place, ["engineClass"]))
		path in _paths([[path, "buckets"]], [])
	}
}

test_message_names_the_role_and_what_is_allowed if {
	_messages([[["spec", "storage", 0, "engineClass"], "gateway"]], []) == {`EngineClass "gateway" plays the role "rest", not "operational"; allowed: "tables"`}
}

test_class_outside_the_list_of_the_mesh_is_refused if {
	every name in ["big-tables", "unheard-of"] {
		_messages([[["spec", "storage", 0, "engineClass"], name]], []) == {$`EngineClass "{name}" is not allowed in Mesh "retail"; allowed: "tables"`}
	}
}

test_port_without_a_type_names_an_allowed_class_all_the_same if {
	untyped := [[["spec", "outputPorts", 0, "type"]], [["spec", "outputPorts", 0, "parameters"]]]
	_paths(untyped, []) == set()
	_messages(array.concat(untyped, [[["spec", "outputPorts", 0, "engineClass"], "big-tables"]]), []) == {`EngineClass "big-tables" is not allowed in Mesh "retail"; allowed: none`}
}

test_without_a_list_every_class_that_exists_is_allowed if {
	every inventory in [[[["Mesh", "retail", "spec", "engines"]]], [[["Mesh", "retail"]]], [[["Domain", "sales"]]]] {
		_paths([[["spec", "storage", 0, "engineClass"], "big-tables"]], inventory) == set()
	}
}

test_without_a_list_a_class_that_does_not_exist_is_refused if {
	typo := [[["spec", "storage", 0, "engineClass"], "tabels"]]
	_messages(typo, [[["Mesh", "retail", "spec", "engines"]]]) == {`EngineClass "tabels" does not exist; allowed: "big-tables", "tables"`}
}

# Domain-exists reports that there is none.
test_without_a_mesh_no_class_is_asked_for if {
	every inventory in [[[["Mesh", "retail"]]], [[["Domain", "sales"]]]] {
		_violations([[["spec", "storage", 0, "engineClass"], "tabels"], [["spec", "processing"]]], inventory) == set()
	}
}

test_class_that_the_list_has_is_awaited_by_the_blueprint if {
	_violations([], [[["EngineClass", "tables"]]]) == set()
}

test_only_admission_forgives_a_cluster_without_any_class if {
	bare := fixture.spoilt(_inventory, [[["EngineClass"]], [["Mesh", "retail", "spec", "engines"]]])
	every point, found in {"push": 3, "admission": 0, "audit": 3} {
		review := json.patch(fixture.create(_product), [{"op": "replace", "path": "/context/point", "value": point}])
		violations := engine_allowed.violations with input as review with data.inventory as bare
		count(violations) == found
	}
}

test_entry_without_a_class_needs_a_default_of_the_mesh if {
	_messages([[["spec", "storage", 0, "engineClass"]]], []) == {`no EngineClass is named, and Mesh "retail" has no default for the role "operational"; allowed: "tables"`}
	_paths([], [[["Mesh", "retail", "spec", "engineDefaults"]]]) == {["spec", "processing", 0]}
}

test_port_without_a_class_is_left_to_the_blueprint if {
	_violations([[["spec", "outputPorts", 0, "engineClass"]]], []) == set()
}

test_without_a_mesh_no_default_is_asked_for if {
	_violations([[["spec", "storage", 0, "engineClass"]]], [[["Mesh", "retail"]]]) == set()
}

test_parameters_match_the_schema_of_the_class_named if {
	path := ["spec", "outputPorts", 0, "parameters", "replicas"]
	_messages([[path, "2"]], []) == {`does not match parametersSchema of EngineClass "gateway": Invalid type. Expected: integer, given: string`}
	_paths([[path, 0]], []) == {path}
	_paths([[["spec", "outputPorts", 0, "parameters", "replica"], 2]], []) == {["spec", "outputPorts", 0, "parameters", "replica"]}
}

test_parameters_match_the_schema_of_the_default if {
	_paths([[["spec", "processing", 0, "parameters"], {"backoff": 1}]], []) == {["spec", "processing", 0, "parameters", "backoff"]}
	_paths([[["spec", "processing", 0, "parameters"], {"backoff": 1}]], [[["Mesh", "retail", "spec", "engineDefaults"]]]) == {["spec", "processing", 0]}
}

test_deletion_is_not_judged if {
	engine_allowed.violations == set() with input as fixture.delete(_product)
		with data.inventory as _inventory
}

_product := fixture.spoilt(fixture.product, [
	[["spec", "storage", 0, "engineClass"], "tables"],
	[["spec", "processing"], [{"name": "load", "role": "pipeline"}]],
	[["spec", "outputPorts", 0, "type"], "rest"],
	[["spec", "outputPorts", 0, "engineClass"], "gateway"],
	[["spec", "outputPorts", 0, "parameters"], {"replicas": 2}],
	[["spec", "managementPorts"], [{"name": "metrics", "type": "observability", "engineClass": "monitor"}]],
])

_inventory := fixture.spoilt(fixture.inventory, [
	[["Mesh", "retail", "spec", "engines"], ["tables", "buckets", "gateway", "runner", "monitor"]],
	[["Mesh", "retail", "spec", "engineDefaults"], {"pipeline": "runner"}],
	[["EngineClass"], {
		"tables": _class("operational", {}),
		"big-tables": _class("operational", {}),
		"buckets": _class("object", {}),
		"gateway": _class("rest", {"replicas": {"type": "integer", "minimum": 1}}),
		"runner": _class("pipeline", {"backoffLimit": {"type": "integer"}}),
		"monitor": _class("observability", {}),
	}],
])

_class(role, properties) := {"spec": {
	"role": role,
	"parametersSchema": {"type": "object", "additionalProperties": false, "properties": properties},
}}

_paths(product_changes, inventory_changes) := {found.path | some found in _violations(product_changes, inventory_changes)}

_messages(product_changes, inventory_changes) := {found.message | some found in _violations(product_changes, inventory_changes)}

_violations(product_changes, inventory_changes) := found if {
	found := engine_allowed.violations with input as fixture.create(fixture.spoilt(_product, product_changes))
		with data.inventory as fixture.spoilt(_inventory, inventory_changes)
}
