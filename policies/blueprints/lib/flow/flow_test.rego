package dappmesh.blueprints.lib.flow_test

import data.dappmesh.blueprints.lib.component
import data.dappmesh.blueprints.lib.fixture
import data.dappmesh.blueprints.lib.flow

test_flows_run_in_the_order_of_their_dependencies if {
	nightly := _about("nightly", fixture.product)
	count(nightly.faults) == 0
	object.keys(nightly.files) == {
		"run.sh",
		"missing.sql",
		"flow-001-load.sql",
		"done-001-load.sql",
		"flow-002-tidy.sql",
		"done-002-tidy.sql",
	}
	nightly.files["flow-001-load.sql"] == "insert into lines select * from shop.lines"
	contains(nightly.files["done-002-tidy.sql"], "insert into dappmesh.run values ('tidy', '")
}

test_order_holds_for_any_depth if {
	names := ["f", "b", "a", "e", "d", "c"]
	flows := [
		_flow("a", []),
		_flow("e", ["a"]),
		_flow("c", ["e", "unheard-of"]),
		_flow("b", ["c"]),
		_flow("d", ["b"]),
		_flow("f", ["d", "a"]),
	]
	product := fixture.spoilt(fixture.product, [
		[["spec", "model", "flows"], flows],
		[["spec", "model", "workflows", 0, "flows"], names],
		[["spec", "processing", 0, "flow"], "a"],
	])
	{substring(file, 5, -1) | some file, _ in _about("nightly", product).files; startswith(file, "flow-")} == {
		"001-a.sql",
		"002-e.sql",
		"003-c.sql",
		"004-b.sql",
		"005-d.sql",
		"006-f.sql",
	}
}

test_a_pipeline_waits_for_tables_inputs_and_the_pipelines_before_it if {
	product := fixture.spoilt(fixture.product, [[["spec", "processing", 2], {"name": "tidy", "role": "pipeline", "flow": "tidy"}]])
	load := _about("load", product).files["missing.sql"]
	contains(load, "select 'tables of the contracts' where not exists")
	contains(load, "select 'tables of the input shop' where not exists")
	not contains(load, "the flow")
	contains(_about("tidy", product).files["missing.sql"], "select 'the flow load' where not exists")
	not contains(_about("nightly", product).files["missing.sql"], "the flow")
}

test_inputs_of_ports_are_read_first if {
	product := fixture.spoilt(fixture.product, [[["spec", "model", "flows", 0, "inputs"], ["parcels"]]])
	about := _about("load", product)
	contains(about.files["input-parcels.sql"], "create server")
}

test_what_cannot_run_is_a_fault if {
	every case in [
		["load", [["spec", "processing", 0, "flow"], "unheard-of"], ["spec", "processing", 0], `flow "unheard-of" has no SQL in the model`],
		["load", [["spec", "model", "flows", 0, "sql"]], ["spec", "processing", 0], `flow "load" has no SQL in the model`],
		["load", [["spec", "processing", 0, "flow"]], ["spec", "processing", 0], `"load" runs no flow of the model`],
		["nightly", [["spec", "processing", 1, "workflow"], "x"], ["spec", "processing", 1], `"nightly" runs no flow of the model`],
		["load", [["spec", "model", "flows", 0, "dependsOn"], ["tidy"]], ["spec", "model", "flows", 0, "dependsOn"], `flow "load" depends on itself: load, tidy`],
		[
			"load",
			[["spec", "processing", 0, "parameters"], {"storage": "files"}],
			["spec", "processing", 0],
			`"load" needs a storage entry of blueprint embedded-postgres to work on`,
		],
	] {
		{"path": case[2], "message": case[3]} in _about(case[0], fixture.spoilt(fixture.product, [case[1]])).faults
	}
}

test_the_class_says_how_often_where_the_workflow_does_not if {
	silent := fixture.spoilt(fixture.product, [[["spec", "model", "workflows", 0, "retries"]]])
	_about("nightly", silent).retries == 0
	_about("nightly", fixture.spoilt(silent, [[["spec", "processing", 1, "parameters"], {"backoffLimit": 5}]])).retries == 5
	_about("nightly", fixture.product).retries == 2
	_about("nightly", fixture.product).schedule == "0 3 * * *"
}

_flow(name, needed) := {"name": name, "dependsOn": needed, "sql": "select 1"}

_about(name, product) := {
	"files": object.get(_files(product), process.resource, {}),
	"faults": _faults(process, product),
	"retries": _retries(process, product),
	"schedule": _schedule(process, product),
} if {
	some process in component.all with input as fixture.review(product) with data.inventory as _inventory
	process.section == "processing"
	process.name == name
}

_files(product) := files if {
	files := flow.files with input as fixture.review(product)
		with data.inventory as _inventory
		with data.index as fixture.index_of(_inventory)
}

_faults(process, product) := faults if {
	faults := flow.faults(process) with input as fixture.review(product)
		with data.inventory as _inventory
		with data.index as fixture.index_of(_inventory)
}

_retries(process, product) := retries if {
	retries := flow.retries(process) with input as fixture.review(product) with data.inventory as _inventory
}

default _schedule(_, _) := ""

_schedule(process, product) := schedule if {
	schedule := flow.schedule(process) with input as fixture.review(product) with data.inventory as _inventory
}

_inventory := fixture.spoilt(fixture.inventory, [[["DataProduct", "logistics", "shipments"], {"spec": {
	"domainRef": "logistics",
	"outputPorts": [{"name": "parcels", "type": "sql"}],
	"storage": [{"name": "marts", "role": "analytics"}],
}}]])
