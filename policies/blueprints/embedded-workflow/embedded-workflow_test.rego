package dappmesh.blueprints.embedded_workflow_test

import data.dappmesh.blueprints.embedded_workflow
import data.dappmesh.blueprints.lib.fixture

test_a_workflow_is_a_cron_job_of_its_flows if {
	objects := {item.object.kind: item.object | some item in _output(fixture.product)}
	object.keys(objects) == {"ConfigMap", "CronJob"}
	spec := objects.CronJob.spec
	objects.CronJob.metadata.name == "orders-nightly"
	[spec.schedule, spec.timeZone, spec.suspend, spec.concurrencyPolicy] == ["0 3 * * *", "Etc/UTC", false, "Forbid"]
	spec.jobTemplate.spec.backoffLimit == 2
}

test_without_a_schedule_it_is_started_by_hand if {
	some item in _output(fixture.spoilt(fixture.product, [[["spec", "model", "workflows", 0, "schedule"]]]))
	item.object.kind == "CronJob"
	item.object.spec.suspend == true
}

test_a_workflow_that_cannot_run_waits if {
	product := fixture.spoilt(fixture.product, [[["spec", "model", "flows", 0, "dependsOn"], ["tidy"]]])
	{item.waitsFor.message | some item in _output(product)} == {
		`flow "load" depends on itself: load, tidy`,
		`flow "tidy" depends on itself: load, tidy`,
	}
}

_output(product) := output if {
	output := embedded_workflow.output with input as fixture.review(product)
		with data.inventory as fixture.inventory
		with data.index as fixture.index_of(fixture.inventory)
}
