package dappmesh.blueprints.mesh_test

import data.dappmesh.blueprints.lib.fixture
import data.dappmesh.blueprints.mesh

test_first_tier_has_the_highest_priority if {
	classes := _objects("PriorityClass", [])
	classes["retail-gold-1000000"].value == 1000000
	classes["retail-silver-999000"].value == 999000
}

test_tier_that_moves_gets_another_class if {
	classes := _objects("PriorityClass", [[["spec", "tiers"], [{"name": "platinum"}, {"name": "gold"}]]])
	{name: class.value | some name, class in classes} == {"retail-platinum-1000000": 1000000, "retail-gold-999000": 999000}
}

test_priority_is_described_in_the_words_of_the_tier if {
	classes := _objects("PriorityClass", [])
	classes["retail-silver-999000"].description == "Good enough."
	classes["retail-gold-1000000"].description == "Tier gold of mesh retail."
}

test_vocabulary_is_published if {
	published := _objects("ConfigMap", [])["retail-vocabulary"]
	published.metadata.namespace == "dappmesh-system"
	published.data == {
		"regions.json": `["eu-central-1","eu-west-1"]`,
		"classifications.json": `[{"name":"internal"},{"name":"personal","personal":true}]`,
		"tiers.json": `[{"name":"gold"},{"description":"Good enough.","name":"silver"}]`,
		"environments.json": `[{"name":"prod","production":true}]`,
		"source-systems.json": `[{"name":"erp"}]`,
	}
}

test_word_that_the_mesh_does_not_have_is_not_published if {
	published := _objects("ConfigMap", [[["spec", "sourceSystems"]]])["retail-vocabulary"]
	not published.data["source-systems.json"]
}

test_engine_defaults_are_published_with_what_is_behind_them if {
	published := _objects("ConfigMap", [])["retail-engines"]
	count(published.data) == 7
	json.unmarshal(published.data["operational.json"]) == {
		"engineClass": "small-tables",
		"blueprint": "embedded-postgres",
		"parameters": {"image": "postgres", "memory": "1Gi"},
	}
}

test_mesh_without_defaults_publishes_none if {
	_objects("ConfigMap", [[["spec", "engineDefaults"]]])["retail-engines"].data == {}
}

test_everyone_who_is_known_may_read_it if {
	_objects("Role", [])["retail-vocabulary"].rules[0].resourceNames == ["retail-vocabulary", "retail-engines"]
	binding := _objects("RoleBinding", [])["retail-vocabulary"]
	binding.roleRef.name == "retail-vocabulary"
	binding.subjects[0].name == "system:authenticated"
}

test_mesh_waits_for_the_classes_it_names if {
	_awaited([]) == set()
	_awaited([[["spec", "engineDefaults", "stream"], "unheard-of"]]) == {{
		"path": ["spec", "engineDefaults", "stream"],
		"message": `EngineClass "unheard-of" does not exist`,
	}}
	_awaited([[["spec", "engineDefaults", "sql"], "plain-rest"]]) == {{
		"path": ["spec", "engineDefaults", "sql"],
		"message": `EngineClass "plain-rest" plays the role "rest", not "sql"`,
	}}
}

_objects(kind, changes) := {item.object.metadata.name: item.object |
	some item in _output(changes)
	item.object.kind == kind
}

_awaited(changes) := {item.waitsFor | some item in _output(changes)}

_output(changes) := items if {
	items := mesh.output with input as fixture.review(fixture.spoilt(fixture.mesh, changes))
		with data.inventory as fixture.inventory
}
