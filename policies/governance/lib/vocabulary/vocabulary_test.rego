package dappmesh.governance.lib.vocabulary_test

import data.dappmesh.governance.lib.fixture
import data.dappmesh.governance.lib.vocabulary

test_product_contract_and_agreement_lead_to_domain_and_mesh if {
	every object, name in {"product": "sales", "contract": "sales", "agreement": "logistics"} {
		found := vocabulary with input as fixture.create(fixture[object]) with data.inventory as fixture.inventory
		found.domain_name == name
		found.domain == fixture.inventory.Domain[name]
		found.mesh_name == "retail"
		found.mesh == fixture.mesh
	}
}

test_the_product_under_review_counts_and_not_its_old_version if {
	moved := fixture.spoilt(fixture.product, [[["spec", "domainRef"], "logistics"]])
	vocabulary.domain_name == "logistics" with input as fixture.create(moved) with data.inventory as fixture.inventory
}

test_what_is_not_there_is_undefined if {
	found := vocabulary with input as fixture.create(fixture.contract) with data.inventory as {}
	object.keys(found) & {"product", "domain_name", "domain", "mesh_name", "mesh"} == set()
}
