package dappmesh.blueprints.embedded_file_test

import data.dappmesh.blueprints.embedded_file
import data.dappmesh.blueprints.lib.fixture

test_port_is_made_of_three_objects_of_its_name if {
	{[object.kind, object.metadata.name] | some object in _objects([])} == {
		["Secret", "orders-export"],
		["ConfigMap", "orders-export"],
		["Service", "orders-export"],
	}
	every object in _objects([]) {
		object.metadata.labels["dappmesh.io/component"] == "export"
	}
}

test_reader_is_told_all_but_the_keys if {
	_the("ConfigMap", []).data == {
		"endpoint": "http://orders-export.sales.svc:8333",
		"bucket": "orders-files",
		"prefix": "export/",
		"keysSecret": "orders-export",
		"contract": "order-lines@1.2.0",
	}
}

test_format_and_prefix_follow_the_contract if {
	servers := [{"server": "files", "type": "s3", "location": "s3://orders/v1/", "format": "parquet"}]
	data_of := _the("ConfigMap", [[["context", "contracts", 0, "spec", "odcs", "servers"], servers]]).data
	data_of.prefix == "v1/"
	data_of.format == "parquet"
}

test_port_without_a_contract_names_none if {
	not _the("ConfigMap", [[["request", "object", "spec", "outputPorts", 0, "contractRef"]]]).data.contract
}

test_keys_are_left_to_be_generated if {
	_the("Secret", []).metadata.annotations == {"dappmesh.io/generate": "access-key,secret-key"}
}

test_service_leads_to_the_store if {
	_the("Service", []).spec == {
		"selector": {"app.kubernetes.io/name": "seaweedfs", "app.kubernetes.io/instance": "orders-files"},
		"ports": [{"name": "s3", "port": 8333, "targetPort": "s3", "appProtocol": "http"}],
	}
}

test_port_waits_for_a_store_that_it_can_read if {
	every change in [
		[["request", "object", "spec", "storage"], []],
		[["request", "object", "spec", "outputPorts", 0, "parameters"], {"storage": "marts"}],
	] {
		_output([change]) == {{"waitsFor": {
			"path": ["spec", "outputPorts", 0],
			"message": "port export serves files, but the product has no store for it that blueprint embedded-object-store builds",
		}}}
	}
}

test_port_waits_for_a_prefix_that_it_can_use if {
	changes := [[["request", "object", "spec", "outputPorts", 0, "parameters"], {"prefix": 7}]]
	_output(changes) == {{"waitsFor": {
		"path": ["spec", "outputPorts", 0],
		"message": "parameter prefix of port export must be a text",
	}}}
}

_the(kind, changes) := [object | some object in _objects(changes); object.kind == kind][0]

_objects(changes) := {item.object | some item in _output(changes)}

_output(changes) := output if {
	product := fixture.spoilt(fixture.product, [[["spec", "outputPorts"], [{
		"name": "export",
		"type": "file",
		"engineClass": "plain-files",
		"contractRef": {"id": "order-lines", "version": "1.2.0"},
	}]]])
	inventory := object.union(fixture.inventory, {"EngineClass": {
		"buckets": {"spec": {"role": "object", "blueprint": "embedded-object-store"}},
		"plain-files": {"spec": {"role": "file", "blueprint": "embedded-file"}},
	}})
	output := embedded_file.output with input as fixture.spoilt(fixture.review(product), changes)
		with data.inventory as inventory
}
