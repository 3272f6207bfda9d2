package dappmesh.blueprints.product_inputs_test

import data.dappmesh.blueprints.lib.fixture
import data.dappmesh.blueprints.product_inputs

test_each_sql_port_of_another_namespace_has_its_secret if {
	{item.object.metadata.name | some item in _output([])} == {"orders-parcels-input"}
}

test_without_agreement_there_is_none if {
	_output([[["AccessAgreement", "logistics", "orders-reads-parcels", "spec", "state"], "revoked"]]) == set()
}

_output(changes) := output if {
	provider := {
		"domainRef": "logistics",
		"outputPorts": [{"name": "parcels", "type": "sql"}],
		"storage": [{"name": "marts", "role": "analytics"}],
	}
	inventory := fixture.spoilt(fixture.inventory, array.concat([[["DataProduct", "logistics", "shipments", "spec"], provider]], changes))
	output := product_inputs.output with input as fixture.review(fixture.product)
		with data.inventory as inventory
		with data.index as fixture.index_of(inventory)
}
