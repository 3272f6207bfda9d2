package dappmesh.governance.domain_exists_test

import data.dappmesh.governance.domain_exists
import data.dappmesh.governance.lib.fixture

test_domain_and_product_that_exist_pass if {
	count(_messages(fixture.product, fixture.inventory)) == 0
	count(_messages(fixture.contract, fixture.inventory)) == 0
}

test_missing_domain_is_reported if {
	product := fixture.spoilt(fixture.product, [[["spec", "domainRef"], "unheard-of"]])
	_messages(product, fixture.inventory) == {`spec.domainRef: Domain "unheard-of" does not exist`}
}

test_missing_mesh_is_reported if {
	inventory := fixture.spoilt(fixture.inventory, [[["Domain", "sales", "spec", "meshRef"], "other"]])
	_messages(fixture.product, inventory) == {`spec.domainRef: Domain "sales" is part of Mesh "other", which does not exist`}
}

test_empty_inventory_lacks_domain_and_mesh if {
	_messages(fixture.product, {}) == {
		`spec.domainRef: Domain "sales" does not exist`,
		`spec.domainRef: no Mesh exists`,
	}
}

test_missing_product_is_reported if {
	contract := fixture.spoilt(fixture.contract, [[["spec", "productRef"], "refunds"]])
	_messages(contract, fixture.inventory) == {`spec.productRef: DataProduct "refunds" does not exist in namespace "sales"`}
	_messages(fixture.contract, {}) == {`spec.productRef: DataProduct "orders" does not exist in namespace "sales"`}
}

test_product_of_another_namespace_does_not_count if {
	contract := fixture.spoilt(fixture.contract, [[["spec", "productRef"], "shipments"]])
	count(_messages(contract, fixture.inventory)) == 1
}

test_domain_of_a_contract_is_the_business_of_its_product if {
	inventory := object.remove(fixture.inventory, ["Domain", "Mesh"])
	count(_messages(fixture.contract, inventory)) == 0
}

test_deletion_is_not_judged if {
	every object in [fixture.product, fixture.contract] {
		count(domain_exists.violations) == 0 with input as fixture.delete(object) with data.inventory as {}
	}
}

_messages(object, inventory) := {$"{concat(".", violation.path)}: {violation.message}" |
	some violation in domain_exists.violations with input as fixture.create(object)
		with data.inventory as inventory
}
