package dappmesh.blueprints.embedded_pipeline_test

import data.dappmesh.blueprints.embedded_pipeline
import data.dappmesh.blueprints.lib.fixture

test_a_pipeline_is_a_job_of_its_flow if {
	objects := {item.object.kind: item.object | some item in _output(fixture.product)}
	object.keys(objects) == {"ConfigMap", "Job"}
	objects.ConfigMap.metadata.name == "orders-load"
	regex.match(`^orders-load-[0-9a-f]{10}$`, objects.Job.metadata.name)
	other := {item.object.metadata.name | some item in _output(fixture.spoilt(fixture.product, [[["spec", "model", "flows", 0, "sql"], "select 1"]]))}
	not objects.Job.metadata.name in other
}

test_a_pipeline_without_its_flow_waits if {
	_output(fixture.spoilt(fixture.product, [[["spec", "processing", 0, "flow"], "x"]])) == {{"waitsFor": {
		"path": ["spec", "processing", 0],
		"message": `flow "x" has no SQL in the model`,
	}}}
}

_output(product) := output if {
	output := embedded_pipeline.output with input as fixture.review(product)
		with data.inventory as fixture.inventory
		with data.index as fixture.index_of(fixture.inventory)
}
