package dappmesh.blueprints.strimzi_topic_test

import data.dappmesh.blueprints.lib.fixture
import data.dappmesh.blueprints.strimzi_topic

test_topic_takes_its_shape_from_parameters_and_contract if {
	topic := _the("KafkaTopic", {"partitions": 12, "replicas": 3, "config": {"min.insync.replicas": 2}})
	topic.metadata.name == "orders-lines"
	topic.metadata.labels["strimzi.io/cluster"] == "kafka"
	topic.spec == {
		"partitions": 12,
		"replicas": 3,
		"config": {"retention.ms": 2592000000, "min.insync.replicas": 2},
	}
}

test_topics_and_users_are_answered_by_their_operator if {
	{object.kind |
		some item in _output({}, [])
		object := item.object
		object.metadata.annotations["dappmesh.io/awaits"] == "Ready"
	} == {"KafkaTopic", "KafkaUser"}
}

test_topic_without_promises_leaves_all_to_the_broker if {
	changes := [[["context", "contracts"], []]]
	some item in _output({}, changes)
	item.object.kind == "KafkaTopic"
	item.object.spec == {"config": {}}
}

test_reader_is_told_where_the_topic_is if {
	_the("ConfigMap", {}).data == {
		"bootstrapServers": "kafka-kafka-bootstrap.sales.svc:9093",
		"topic": "orders-lines",
		"contract": "order-lines@1.2.0",
	}
}

test_port_without_a_contract_names_none if {
	some item in _output({}, [[["request", "object", "spec", "outputPorts", 0, "contractRef"]]])
	item.object.kind == "ConfigMap"
	not item.object.data.contract
}

test_product_itself_may_write if {
	some user in _users({}, [])
	user.metadata.name == "orders-lines"
	user.spec == {
		"authentication": {"type": "tls"},
		"authorization": {"type": "simple", "acls": [{
			"type": "allow",
			"resource": {"type": "topic", "name": "orders-lines", "patternType": "literal"},
			"operations": ["Describe", "Write"],
		}]},
	}
}

test_consumer_in_force_may_read_in_groups_of_its_own if {
	some user in _users({"authentication": "scram-sha-512"}, [])
	regex.match(`^orders-lines-marketing-campaigns-[0-9a-f]{8}$`, user.metadata.name)
	user.spec.authentication.type == "scram-sha-512"
	[[rule.resource.name, rule.operations] | some rule in user.spec.authorization.acls] == [
		["orders-lines", ["Describe", "Read"]],
		["marketing.campaigns.", ["Describe", "Read"]],
	]
}

test_only_the_user_of_a_consumer_says_that_it_gives_access if {
	names := {user.metadata.name | some user in _users({}, []); user.metadata.annotations["dappmesh.io/access"]}
	count(names) == 1
	not "orders-lines" in names
}

test_access_ends_with_the_agreement if {
	count(_users({}, [])) == 2
	count(_users({}, [[["context", "now"], "2027-01-01T00:00:00Z"]])) == 1
}

test_topic_waits_for_parameters_that_it_can_use if {
	every parameters in [
		object.remove(_parameters, ["cluster"]),
		object.remove(_parameters, ["endpoint"]),
		object.union(_parameters, {"cluster": 7}),
		object.union(_parameters, {"endpoint": 7}),
		object.union(_parameters, {"config": "x"}),
	] {
		_output_of(parameters, []) == {{"waitsFor": {
			"path": ["spec", "outputPorts", 0],
			"message": "parameters of engine class topics: cluster and endpoint must be texts, config an object",
		}}}
	}
}

_parameters := {"cluster": "kafka", "endpoint": "kafka://{cluster}-kafka-bootstrap.{namespace}.svc:9093"}

_the(kind, parameters) := [item.object | some item in _output(parameters, []); item.object.kind == kind][0]

_users(parameters, changes) := {item.object | some item in _output(parameters, changes); item.object.kind == "KafkaUser"}

_output(parameters, changes) := _output_of(object.union(_parameters, parameters), changes)

_output_of(parameters, changes) := output if {
	product := fixture.spoilt(fixture.product, [[["spec", "outputPorts"], [{
		"name": "lines",
		"type": "stream",
		"version": "1.2.0",
		"engineClass": "topics",
		"contractRef": {"id": "order-lines", "version": "1.2.0"},
	}]]])
	inventory := object.union(fixture.inventory, {"EngineClass": {"topics": {"spec": {
		"role": "stream",
		"blueprint": "strimzi-topic",
		"parameters": parameters,
	}}}})
	promises := [{"property": "retention", "value": 30, "unit": "days"}]
	reviewed := fixture.spoilt(
		fixture.review(product),
		array.concat([[["context", "contracts", 0, "spec", "odcs", "slaProperties"], promises]], changes),
	)
	output := strimzi_topic.output with input as reviewed
		with data.inventory as inventory
		with data.index as fixture.index_of(inventory)
}
