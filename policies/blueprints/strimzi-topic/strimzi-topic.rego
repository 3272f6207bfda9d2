# METADATA
# schemas:
#   - input: schema["review-data-product"]
#   - data.inventory: schema.inventory
package dappmesh.blueprints.strimzi_topic

import data.dappmesh.blueprints.lib.access
import data.dappmesh.blueprints.lib.component
import data.dappmesh.blueprints.lib.naming
import data.dappmesh.blueprints.lib.sla

# METADATA
# title: Topic by Strimzi
# description: A Kafka topic for a stream port, a user that writes it, and a reading user for each agreement in force.
# entrypoint: true
# custom:
#   kinds: [DataProduct]
#   makes: [v1/ConfigMap, kafka.strimzi.io/v1/KafkaTopic, kafka.strimzi.io/v1/KafkaUser]
#   inventory:
#     - Domain.spec.meshRef
#     - Mesh.spec.engineDefaults
#     - EngineClass.spec.role
#     - EngineClass.spec.blueprint
#     - EngineClass.spec.parameters
#     - AccessAgreement.spec.provider
#     - AccessAgreement.spec.consumer
#     - AccessAgreement.spec.state
#     - AccessAgreement.spec.start
#     - AccessAgreement.spec.end
output contains {"object": object} if {
	some stream in component.of("strimzi-topic")
	some object in ({_topic(stream), _description(stream), _writer(stream)} | _readers(stream))
}

# What is undefined would vanish without a word, and what vanishes is pruned, its events with it.
output contains {"waitsFor": {"path": stream.path, "message": message}} if {
	some stream in component.of("strimzi-topic")
	not _is_whole(stream)
	message := $"parameters of engine class {stream.class}: cluster and endpoint must be texts, config an object"
}

_is_whole(stream) if count([_topic(stream), _description(stream), _writer(stream)]) == 3

_topic(stream) := {
	"apiVersion": "kafka.strimzi.io/v1",
	"kind": "KafkaTopic",
	"metadata": object.union(_metadata(stream, stream.resource), _awaited),
	"spec": object.union(
		object.filter(stream.parameters, ["partitions", "replicas"]),
		{"config": object.union(_retention(stream), object.get(stream.parameters, "config", {}))},
	),
}

# Events stay as long as the contract says, else as long as the broker keeps them.
_retention(stream) := {"retention.ms": milliseconds |
	milliseconds := sla.seconds(component.contract(stream), "retention") * 1000
}

# What a reader has to know besides the credentials. The endpoint is written as in the product's status.
_description(stream) := {
	"apiVersion": "v1",
	"kind": "ConfigMap",
	"metadata": _metadata(stream, stream.resource),
	"data": object.union(
		{"bootstrapServers": trim_prefix(endpoint, "kafka://"), "topic": stream.resource},
		{"contract": $"{reference.id}@{reference.version}" | reference := stream.entry.contractRef},
	),
} if {
	places := {
		"{resource}": stream.resource,
		"{namespace}": component.namespace,
		"{cluster}": stream.parameters.cluster,
	}
	endpoint := strings.replace_n(places, stream.parameters.endpoint)
}

_writer(stream) := _user(stream, stream.resource, [{
	"type": "allow",
	"resource": {"type": "topic", "name": stream.resource, "patternType": "literal"},
	"operations": ["Describe", "Write"],
}])

# A consumer reads in groups of its own, so that nobody can move another's offsets.
_readers(stream) := {object.union(_user(stream, name, rules), {"metadata": {"annotations": access.annotations}}) |
	some consumer in {object.filter(grant, ["namespace", "product"]) | some grant in access.in_force(stream.name)}
	full_name := $"{stream.resource}-{consumer.namespace}-{consumer.product}"
	name := naming.marked(full_name, json.marshal([stream.resource, consumer.namespace, consumer.product]))
	rules := [
		{
			"type": "allow",
			"resource": {"type": "topic", "name": stream.resource, "patternType": "literal"},
			"operations": ["Describe", "Read"],
		},
		{
			"type": "allow",
			"resource": {"type": "group", "name": $"{consumer.namespace}.{consumer.product}.", "patternType": "prefix"},
			"operations": ["Describe", "Read"],
		},
	]
}

_user(stream, name, rules) := {
	"apiVersion": "kafka.strimzi.io/v1",
	"kind": "KafkaUser",
	"metadata": object.union(_metadata(stream, name), _awaited),
	"spec": {
		"authentication": {"type": object.get(stream.parameters, "authentication", "tls")},
		"authorization": {"type": "simple", "acls": rules},
	},
}

# Strimzi's operators find what is theirs by the label of the cluster.
_awaited := {"annotations": {"dappmesh.io/awaits": "Ready"}}

_metadata(stream, name) := {
	"name": name,
	"labels": object.union(component.labelled(stream, "kafka"), {"strimzi.io/cluster": stream.parameters.cluster}),
}
