package dappmesh.blueprints.product_test

import data.dappmesh.blueprints.lib.fixture
import data.dappmesh.blueprints.product

test_status_tells_the_engines_in_effect if {
	engines := _status("engines", [], [])
	count(engines) == 7
	engines[0] == {"name": "files", "role": "object", "engineClass": "buckets"}
	names := [engine.name | some engine in engines]
	names == sort(names)
}

test_status_tells_where_the_ports_are if {
	_status("endpoints", [], []) == [
		{"port": "lines", "type": "sql", "url": "postgresql://orders-lines.sales.svc:5432"},
		{"port": "lines-api", "type": "rest", "url": "http://orders-lines-api.sales.svc:80"},
	]
	_status("endpoints", [[["spec", "outputPorts", 1]], [["spec", "outputPorts", 0, "type"], "file"]], []) == [
		{"port": "lines", "type": "file", "url": "http://orders-lines.sales.svc:8333"},
	]
}

test_class_may_say_where_its_engine_answers if {
	classed := {
		"engineClass": "topics",
		"parameters": {"cluster": "events", "endpoint": "kafka://{cluster}-bootstrap.{namespace}.svc:9092/{resource}", "retries": 3},
	}
	port := object.union(fixture.product.spec.outputPorts[0], object.union({"type": "stream"}, classed))
	_status("endpoints", [[["spec", "outputPorts"], [port]]], []) == [{
		"port": "lines",
		"type": "stream",
		"url": "kafka://events-bootstrap.sales.svc:9092/orders-lines",
	}]
	without := object.remove(port, ["parameters"])
	_status("endpoints", [[["spec", "outputPorts"], [without]]], []) == []
}

test_status_tells_who_consumes if {
	_status("consumers", [], []) == [{
		"namespace": "marketing",
		"product": "campaigns",
		"port": "lines",
		"agreement": "campaigns-read-lines",
	}]
	_status("consumers", [], [[["AccessAgreement", "sales", "campaigns-read-lines", "spec", "state"], "revoked"]]) == []
}

test_input_without_an_agreement_is_a_consumer_too if {
	index := object.union(
		fixture.index_of(fixture.inventory),
		{"consumers_of_port": {"sales": {"orders": {"lines": {"marketing": {"campaigns": true, "mailings": true}}}}}},
	)
	items := product.output with input as fixture.review(fixture.product)
		with data.inventory as fixture.inventory
		with data.index as index
	[item.status.consumers | some item in items][0] == [
		{"namespace": "marketing", "port": "lines", "product": "campaigns", "agreement": "campaigns-read-lines"},
		{"namespace": "marketing", "port": "lines", "product": "mailings"},
	]
}

test_status_tells_the_origins if {
	_status("lineage", [], []) == [{"namespace": "logistics", "product": "shipments", "port": "parcels"}]
	_status("lineage", [[["spec", "inputPorts"]]], []) == []
}

test_snapshot_changes_with_contracts_and_flows_only if {
	snapshot := _status("snapshot", [], [])
	regex.match(`^sha256:[0-9a-f]{64}$`, snapshot)
	_status("snapshot", [[["spec", "version"], "2.0.0"]], []) == snapshot
	_status("snapshot", [[["spec", "model", "flows", 0, "sql"], "select 1"]], []) != snapshot
	_status("snapshot", [[["spec", "model"]]], []) != snapshot
}

test_product_with_all_it_names_waits_for_nothing if {
	_awaited([], []) == set()
}

test_product_waits_for_what_it_names if {
	every case in [
		{
			"product": [[["spec", "storage", 1, "engineClass"], "unheard-of"]],
			"inventory": [],
			"path": ["spec", "storage", 1, "engineClass"],
			"message": `EngineClass "unheard-of" does not exist`,
		},
		{
			"product": [],
			"inventory": [[["EngineClass", "buckets"]]],
			"path": ["spec", "storage", 2],
			"message": `EngineClass "buckets" does not exist`,
		},
		{
			"product": [[["spec", "storage", 1, "engineClass"], "plain-sql"]],
			"inventory": [],
			"path": ["spec", "storage", 1, "engineClass"],
			"message": `EngineClass "plain-sql" plays the role "sql", not "analytics"`,
		},
		{
			"product": [],
			"inventory": [[["Mesh", "retail", "spec", "engineDefaults", "rest"]]],
			"path": ["spec", "outputPorts", 1],
			"message": `no EngineClass is named, and no Mesh has a default for the role "rest"`,
		},
		{
			"product": [[["spec", "outputPorts", 1, "type"]]],
			"inventory": [],
			"path": ["spec", "outputPorts", 1],
			"message": "no type is set, so no engine can serve it",
		},
		{
			"product": [[["spec", "outputPorts", 0, "contractRef", "version"], "9.0.0"]],
			"inventory": [],
			"path": ["spec", "outputPorts", 0, "contractRef"],
			"message": `the product has no contract "order-lines" of version "9.0.0"`,
		},
		{
			"product": [[["spec", "outputPorts", 1, "parameters", "storage"], "attic"]],
			"inventory": [],
			"path": ["spec", "outputPorts", 1, "parameters", "storage"],
			"message": `the product has no storage "attic"`,
		},
	] {
		_awaited(case.product, case.inventory) == {{"path": case.path, "message": case.message}}
	}
}

test_product_waits_until_its_parameters_match_the_class if {
	schema := {"type": "object", "properties": {"memory": {"type": "integer"}}}
	message := `parameter does not match parametersSchema of EngineClass "big-tables": Invalid type. Expected: integer, given: string`
	_awaited([], [[["EngineClass", "big-tables", "spec", "parametersSchema"], schema]]) == {{
		"path": ["spec", "storage", 1, "parameters", "memory"],
		"message": message,
	}}
}

test_every_component_of_a_fitting_class_is_expected if {
	{"component": "marts", "blueprint": "embedded-postgres", "path": ["spec", "storage", 1]} in _expected([])
	count(_expected([])) == 7
	count(_expected([[["EngineClass", "buckets"]]])) == 6
	count(_expected([[["EngineClass", "buckets", "spec", "role"], "file"]])) == 6
	count(_expected([[["Mesh", "retail", "spec", "engineDefaults", "certificate"], "plain-sql"]])) == 7
}

test_without_its_mesh_a_product_waits_for_every_default if {
	count(_awaited([], [[["Mesh"]]])) == 5
}

test_port_and_its_store_are_held_by_consumers if {
	message := "marketing/campaigns uses port lines under agreement sales/campaigns-read-lines"
	_holds([], []) == {
		{"component": "lines", "message": message},
		{"component": "marts", "message": message},
	}
}

test_port_without_a_store_is_held_alone if {
	{hold.component | some hold in _holds([[["spec", "storage"]]], [])} == {"lines"}
}

test_port_that_is_gone_holds_everything if {
	{hold.component | some hold in _holds([[["spec", "outputPorts", 0]]], [])} == {"lines", ""}
}

test_agreement_that_is_over_holds_nothing if {
	_holds([], [[["AccessAgreement", "sales", "campaigns-read-lines", "spec", "end"], fixture.now]]) == set()
}

test_answer_changes_with_the_soonest_turn if {
	_untils([]) == {"2027-01-01T00:00:00Z"}
	_untils([[["AccessAgreement", "sales", "campaigns-read-lines", "spec", "start"], "2026-07-01T00:00:00Z"]]) == {"2026-07-01T00:00:00Z"}
	_untils([[["AccessAgreement"]]]) == set()
}

_status(field, product_changes, inventory_changes) := [item.status[field] | some item in _output(product_changes, inventory_changes)][0]

_awaited(product_changes, inventory_changes) := {item.waitsFor | some item in _output(product_changes, inventory_changes)}

_expected(inventory_changes) := {item.expects | some item in _output([], inventory_changes)}

_holds(product_changes, inventory_changes) := {item.holds | some item in _output(product_changes, inventory_changes)}

_untils(inventory_changes) := {item.until | some item in _output([], inventory_changes)}

_output(product_changes, inventory_changes) := items if {
	inventory := fixture.spoilt(fixture.inventory, inventory_changes)
	items := product.output with input as fixture.review(fixture.spoilt(fixture.product, product_changes))
		with data.inventory as inventory
		with data.index as fixture.index_of(inventory)
}
