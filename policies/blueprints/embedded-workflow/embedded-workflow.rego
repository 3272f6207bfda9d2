# METADATA
# schemas:
#   - input: schema["review-data-product"]
#   - data.inventory: schema.inventory
#   - data.index: schema["index"]
package dappmesh.blueprints.embedded_workflow

import data.dappmesh.blueprints.lib.component
import data.dappmesh.blueprints.lib.flow
import data.dappmesh.blueprints.lib.flow_pod

# METADATA
# title: Embedded workflow
# description: Runs the SQL of a workflow's flows in dependency order in the product's PostgreSQL, as a CronJob.
# entrypoint: true
# custom:
#   kinds: [DataProduct]
#   makes: [v1/ConfigMap, batch/v1/CronJob]
#   inventory:
#     - Domain.spec.meshRef
#     - Mesh.spec.engineDefaults
#     - Mesh.spec.tiers
#     - Mesh.spec.classifications
#     - EngineClass.spec.role
#     - EngineClass.spec.blueprint
#     - EngineClass.spec.parameters
#     - DataProduct.spec.domainRef
#     - DataProduct.spec.outputPorts.name
#     - DataProduct.spec.outputPorts.type
#     - DataProduct.spec.outputPorts.engineClass
#     - DataProduct.spec.outputPorts.parameters.storage
#     - DataProduct.spec.storage.name
#     - DataProduct.spec.storage.role
#     - DataProduct.spec.storage.encryption.inTransit
#     - DataProduct.spec.processing.name
#     - AccessAgreement.spec.provider
#     - AccessAgreement.spec.consumer
#     - AccessAgreement.spec.state
#     - AccessAgreement.spec.start
#     - AccessAgreement.spec.end
output contains {"object": object} if {
	some process in _workflows
	count(flow.faults(process)) == 0
	some object in [flow_pod.config(process), _schedule(process)]
}

output contains {"waitsFor": fault} if {
	some process in _workflows
	some fault in flow.faults(process)
}

_workflows := component.of("embedded-workflow")

# Long enough for a night's work, short enough to end before the next night.
_deadline_seconds := 36000

_schedule(process) := {
	"apiVersion": "batch/v1",
	"kind": "CronJob",
	"metadata": {"name": process.resource, "labels": flow_pod.labels(process)},
	"spec": object.union(
		{
			"timeZone": "Etc/UTC",
			"concurrencyPolicy": "Forbid",
			"startingDeadlineSeconds": 300,
			"successfulJobsHistoryLimit": 1,
			"failedJobsHistoryLimit": 3,
			"jobTemplate": {
				"metadata": {"labels": flow_pod.labels(process)},
				"spec": object.union(
					flow_pod.job(process),
					{"activeDeadlineSeconds": _deadline_seconds},
				),
			},
		},
		_when(process),
	),
}

# Without a schedule a workflow runs when somebody makes a Job of it.
_when(process) := {"schedule": flow.schedule(process), "suspend": false}

_when(process) := {"schedule": "@yearly", "suspend": true} if not flow.schedule(process)
