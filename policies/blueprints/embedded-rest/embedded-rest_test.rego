package dappmesh.blueprints.embedded_rest_test

import data.dappmesh.blueprints.embedded_rest
import data.dappmesh.blueprints.lib.fixture

test_a_port_is_a_server_with_its_document if {
	objects := {item.object.kind: item.object | some item in _output(fixture.product)}
	object.keys(objects) == {"Secret", "ConfigMap", "Service", "Deployment"}
	every object in objects {
		object.metadata.name == "orders-lines-api"
	}
	json.unmarshal(objects.ConfigMap.data["openapi.json"]).info.version == "1.2.0"
	objects.Deployment.spec.replicas == 3
	object.subset(objects.Deployment.spec.template.metadata.labels, objects.Service.spec.selector)
	env := {variable.name: variable | some variable in objects.Deployment.spec.template.spec.containers[0].env}
	env.PGHOST.value == "orders-marts"
	env.PGUSER.value == env.PGRST_DB_ANON_ROLE.value
	env.PGRST_DB_SCHEMAS.value == "port_lines_api"
}

test_a_port_without_a_store_of_this_family_waits if {
	every change in [[["spec", "outputPorts", 1, "parameters"], {"storage": "files"}], [["spec", "storage"], []]] {
		{item.waitsFor.path | some item in _output(fixture.spoilt(fixture.product, [change]))} == {["spec", "outputPorts", 1]}
	}
}

test_a_port_without_a_contract_waits if {
	product := fixture.spoilt(fixture.product, [[["spec", "outputPorts", 1, "contractRef"]]])
	{item.waitsFor.path | some item in _output(product)} == {["spec", "outputPorts", 1, "contractRef"]}
}

_output(product) := output if {
	output := embedded_rest.output with input as fixture.review(product)
		with data.inventory as fixture.inventory
		with data.index as fixture.index_of(fixture.inventory)
}
