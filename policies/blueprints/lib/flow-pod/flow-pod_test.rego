package dappmesh.blueprints.lib.flow_pod_test

import data.dappmesh.blueprints.lib.component
import data.dappmesh.blueprints.lib.fixture
import data.dappmesh.blueprints.lib.flow_pod

test_the_pod_works_as_the_owner_on_its_store if {
	job := _about(fixture.product).job
	job.backoffLimit == 2
	env := {variable.name: variable | some variable in job.template.spec.containers[0].env}
	env.PGUSER.value == "product_owner"
	env.PGPASSWORD.valueFrom.secretKeyRef == {"name": "orders-marts", "key": "owner-password"}
	env.PGHOST.value == "orders-marts"
}

test_passwords_of_inputs_are_handed_in if {
	product := fixture.spoilt(fixture.product, [[["spec", "model", "flows", 0, "inputs"], ["parcels"]]])
	"INPUT_PARCELS" in {variable.name | some variable in _about(product).job.template.spec.containers[0].env}
}

test_what_runs_changes_with_the_files if {
	product := fixture.spoilt(fixture.product, [[["spec", "model", "flows", 0, "sql"], "select 1"]])
	_about(product).job != _about(fixture.product).job
	_about(fixture.product).config.metadata.name == "orders-nightly"
	_about(product).config.data["flow-001-load.sql"] == "select 1"
}

_about(product) := about if {
	some process in component.of("embedded-workflow") with input as fixture.review(product) with data.inventory as _inventory
	job := flow_pod.job(process) with input as fixture.review(product)
		with data.inventory as _inventory
		with data.index as fixture.index_of(_inventory)
	config := flow_pod.config(process) with input as fixture.review(product)
		with data.inventory as _inventory
		with data.index as fixture.index_of(_inventory)
	about := {"job": job, "config": config}
}

_inventory := fixture.spoilt(fixture.inventory, [[["DataProduct", "logistics", "shipments"], {"spec": {
	"domainRef": "logistics",
	"outputPorts": [{"name": "parcels", "type": "sql"}],
	"storage": [{"name": "marts", "role": "analytics"}],
}}]])
