# METADATA
# schemas:
#   - input: schema["review-data-product"]
#   - data.inventory: schema.inventory
#   - data.index: schema["index"]
package dappmesh.blueprints.embedded_pipeline

import data.dappmesh.blueprints.lib.component
import data.dappmesh.blueprints.lib.flow
import data.dappmesh.blueprints.lib.flow_pod
import data.dappmesh.blueprints.lib.postgres_pod

# METADATA
# title: Embedded pipeline
# description: Runs the SQL of a flow in the product's PostgreSQL as a Job, and again whenever the flow changes.
# entrypoint: true
# custom:
#   kinds: [DataProduct]
#   makes: [v1/ConfigMap, batch/v1/Job]
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
	some process in _pipelines
	count(flow.faults(process)) == 0
	some object in [
		flow_pod.config(process),
		postgres_pod.job(process, flow_pod.labels(process), flow_pod.job(process)),
	]
}

output contains {"waitsFor": fault} if {
	some process in _pipelines
	some fault in flow.faults(process)
}

_pipelines := component.of("embedded-pipeline")
