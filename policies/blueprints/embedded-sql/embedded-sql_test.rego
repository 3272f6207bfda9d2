package dappmesh.blueprints.embedded_sql_test

import data.dappmesh.blueprints.embedded_sql
import data.dappmesh.blueprints.lib.fixture

test_a_port_is_an_address_of_its_store_and_its_passwords if {
	objects := {item.object.kind: item.object | some item in _output(fixture.product)}
	object.keys(objects) == {"Secret", "Service"}
	objects.Service.metadata.name == "orders-lines"
	objects.Service.spec.selector == {"app.kubernetes.io/name": "postgresql", "app.kubernetes.io/instance": "orders-marts"}
	objects.Secret.metadata.annotations == {"dappmesh.io/generate": "password,marketing.campaigns.lines"}
}

test_a_port_without_a_store_of_this_family_waits if {
	every change in [[["spec", "outputPorts", 0, "parameters"], {"storage": "files"}], [["spec", "storage"], []]] {
		_output(fixture.spoilt(fixture.product, [change])) == {{"waitsFor": {
			"path": ["spec", "outputPorts", 0],
			"message": `port "lines" needs a storage entry of blueprint embedded-postgres to serve`,
		}}}
	}
}

_output(product) := output if {
	output := embedded_sql.output with input as fixture.review(product)
		with data.inventory as fixture.inventory
		with data.index as fixture.index_of(fixture.inventory)
}
