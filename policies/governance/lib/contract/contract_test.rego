package dappmesh.governance.lib.contract_test

import data.dappmesh.governance.lib.contract
import data.dappmesh.governance.lib.fixture

test_index_answers_as_the_scan_does if {
	every product in ["orders", "refunds", "unheard-of"] {
		every namespace in ["sales", "logistics", "nowhere"] {
			indexed := contract.of_product(namespace, product) with data.inventory as _inventory
				with data.index as fixture.index_of(_inventory)
			indexed == _scan(namespace, product)
		}
	}
}

test_contract_without_a_document_is_skipped if {
	count(_scan("sales", "refunds")) == 1
}

test_contract_is_of_the_product_that_it_names if {
	_is_of("orders", {"id": "lines", "version": "1.1.0"})
	_is_of("refunds", {"id": "refunds", "version": "1.0.0"})
	every ref in [{"id": "refunds", "version": "1.0.0"}, {"id": "lines", "version": "2.0.0"}, {"id": "lines"}, {}] {
		not _is_of("orders", ref)
	}
	not _is_of("unheard-of", {"id": "lines", "version": "1.0.0"})
}

_is_of(product, ref) if {
	contract.is_of_product("sales", product, ref) with data.inventory as _inventory
		with data.index as fixture.index_of(_inventory)
}

_scan(namespace, product) := {[found.spec.odcs.id, found.spec.odcs.version] |
	some found in _inventory.DataContract[namespace]
	found.spec.productRef == product
}

_inventory := {"DataContract": {
	"sales": {
		"a": {"spec": {"productRef": "orders", "odcs": {"id": "lines", "version": "1.0.0"}}},
		"b": {"spec": {"productRef": "orders", "odcs": {"id": "lines", "version": "1.1.0"}}},
		"c": {"spec": {"productRef": "refunds", "odcs": {"id": "refunds", "version": "1.0.0"}}},
		"d": {"spec": {"productRef": "refunds"}},
	},
	"logistics": {"a": {"spec": {"productRef": "orders", "odcs": {"id": "parcels", "version": "3.0.0"}}}},
}}
