package dappmesh.governance.output_port_has_contract_test

import data.dappmesh.governance.lib.fixture
import data.dappmesh.governance.output_port_has_contract

test_ports_with_contracts_of_the_product_pass if {
	count(_messages(fixture.product, fixture.inventory)) == 0
}

test_product_without_ports_passes if {
	count(_messages(fixture.spoilt(fixture.product, [[["spec", "outputPorts"]]]), fixture.inventory)) == 0
	count(_messages(fixture.spoilt(fixture.product, [[["spec", "outputPorts"], []]]), fixture.inventory)) == 0
}

test_port_without_a_contract_is_reported if {
	every changes in [
		[[["spec", "outputPorts", 1, "contractRef"]]],
		[[["spec", "outputPorts", 1, "contractRef", "id"]]],
		[[["spec", "outputPorts", 1, "contractRef", "version"]]],
	] {
		_messages(fixture.spoilt(fixture.product, changes), fixture.inventory) == {[
			["spec", "outputPorts", 1, "contractRef"],
			`no contract is named; the product has: "order-lines 1.2.0", "returns 1.0.0"`,
		]}
	}
}

test_contract_that_is_not_there_is_reported if {
	product := fixture.spoilt(fixture.product, [[["spec", "outputPorts", 0, "contractRef", "version"], "1.3.0"]])
	_messages(product, fixture.inventory) == {[
		["spec", "outputPorts", 0, "contractRef"],
		`contract "order-lines 1.3.0" does not exist; the product has: "order-lines 1.2.0", "returns 1.0.0"`,
	]}
}

test_id_and_version_have_to_belong_together if {
	product := fixture.spoilt(fixture.product, [[["spec", "outputPorts", 0, "contractRef"], {"id": "returns", "version": "1.2.0"}]])
	count(_messages(product, fixture.inventory)) == 1
}

test_contracts_of_others_do_not_count if {
	by_product := fixture.spoilt(fixture.contract, [[["spec", "productRef"], "refunds"]])
	inventories := [
		fixture.spoilt(fixture.inventory, [[["DataContract", "sales", "order-lines-v1-2-0"], by_product]]),
		fixture.spoilt(fixture.inventory, [
			[["DataContract", "sales", "order-lines-v1-2-0"]],
			[["DataContract", "logistics"], {"order-lines-v1-2-0": fixture.contract}],
		]),
	]
	every inventory in inventories {
		count(_messages(fixture.product, inventory)) == 1
	}
}

test_contract_without_identity_does_not_count if {
	inventory := fixture.spoilt(fixture.inventory, [[["DataContract", "sales", "returns-v1-0-0", "spec", "odcs"]]])
	_messages(fixture.product, inventory) == {[
		["spec", "outputPorts", 1, "contractRef"],
		`contract "returns 1.0.0" does not exist; the product has: "order-lines 1.2.0"`,
	]}
}

test_empty_inventory_lacks_all_contracts if {
	count(_messages(fixture.product, {})) == 2
}

test_deletion_is_not_judged if {
	count(output_port_has_contract.violations) == 0 with input as fixture.delete(fixture.product)
		with data.inventory as fixture.inventory
		with data.index as fixture.index
}

test_details_are_for_machines if {
	product := fixture.spoilt(fixture.product, [[["spec", "outputPorts", 0, "contractRef", "id"], "lines"]])
	some violation in output_port_has_contract.violations with input as fixture.create(product)
		with data.inventory as fixture.inventory
		with data.index as fixture.index
	violation.details == {"id": "lines", "version": "1.2.0", "available": {"order-lines 1.2.0", "returns 1.0.0"}}
}

_messages(product, inventory) := {[violation.path, violation.message] |
	some violation in output_port_has_contract.violations with input as fixture.create(product)
		with data.inventory as inventory
		with data.index as fixture.index_of(inventory)
}
