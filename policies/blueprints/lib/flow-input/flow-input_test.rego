package dappmesh.blueprints.lib.flow_input_test

import data.dappmesh.blueprints.lib.fixture
import data.dappmesh.blueprints.lib.flow_input

test_ports_of_this_family_are_inputs if {
	count(_inputs(_provider)) == 1
	count(_inputs(fixture.spoilt(_provider, [[["outputPorts", 0, "engineClass"], "plain-sql"]]))) == 1
	every change in [
		[["outputPorts", 0, "type"], "rest"],
		[["outputPorts", 0, "name"], "others"],
		[["outputPorts", 0, "engineClass"], "plain-rest"],
		[["outputPorts", 0, "engineClass"], "unheard-of"],
		[["domainRef"], "unheard-of"],
	] {
		count(_inputs(fixture.spoilt(_provider, [change]))) == 0
	}
}

test_tables_come_from_the_port_under_agreement if {
	sql := _sql(_provider, _inventory_of(_provider))
	every text in [
		"\\getenv secret INPUT_PARCELS\n",
		`options (host 'shipments-parcels.logistics.svc', port '5432', dbname 'shipments', sslmode 'prefer'`,
		`options (user 'sales.orders.parcels', password :'secret');`,
		`import foreign schema "port_parcels" from server "parcels" into "parcels";`,
	] {
		contains(sql, text)
	}
}

test_without_agreement_they_go if {
	over := fixture.spoilt(_inventory_of(_provider), [[["AccessAgreement", "logistics", "orders-reads-parcels", "spec", "state"], "revoked"]])
	_sql(_provider, over) == "drop server if exists \"parcels\" cascade;\n"
}

test_tables_are_taken_over_anew_for_another_contract if {
	product := fixture.spoilt(fixture.product, [[["spec", "inputPorts", 0, "contractRef"], {"id": "p", "version": "1.1.0"}]])
	inventory := _inventory_of(_provider)
	[found] := [found | some found in _inputs(_provider)]
	sql := flow_input.sql(object.union(found, {"port": product.spec.inputPorts[0]})) with input as fixture.review(product)
		with data.inventory as inventory
		with data.index as fixture.index_of(inventory)
	sql != _sql(_provider, inventory)
}

test_address_is_that_of_the_port_even_where_a_store_has_its_name if {
	provider := fixture.spoilt(_provider, [[["storage", 0, "name"], "parcels"]])
	regex.match(`host 'shipments-parcels-[0-9a-f]{8}\.logistics\.svc'`, _sql(provider, _inventory_of(provider)))
}

test_encryption_is_that_of_the_store_that_the_port_serves if {
	encrypted := {"name": "safe", "role": "operational", "encryption": {"inTransit": true}}
	every case in [
		[[encrypted], {}, "require"],
		[[encrypted, {"name": "open", "role": "analytics"}], {}, "prefer"],
		[[encrypted, {"name": "open", "role": "analytics"}], {"storage": "safe"}, "require"],
		[[], {}, "prefer"],
	] {
		provider := fixture.spoilt(_provider, [[["storage"], case[0]], [["outputPorts", 0, "parameters"], case[1]]])
		contains(_sql(provider, _inventory_of(provider)), $"sslmode '{case[2]}'")
	}
}

test_password_is_read_where_it_is if {
	[found] := [found | some found in _inputs(_provider)]
	far := flow_input.password(found) with input as fixture.review(fixture.product)
	far == {"name": "INPUT_PARCELS", "valueFrom": {"secretKeyRef": {
		"name": "orders-parcels-input",
		"key": "password",
		"optional": true,
	}}}
	near := flow_input.password(fixture.spoilt(found, [[["port", "from", "namespace"], "sales"]])) with input as fixture.review(fixture.product)
	near.valueFrom.secretKeyRef == {"name": "shipments-parcels", "key": "sales.orders.parcels", "optional": true}
}

test_password_is_copied_from_another_namespace_under_agreement if {
	_secret([], []).metadata == {
		"name": "orders-parcels-input",
		"labels": {"dappmesh.io/product": "orders", "dappmesh.io/domain": "sales"},
		"annotations": {
			"dappmesh.io/access": "granted",
			"dappmesh.io/copy": "password=logistics/shipments-parcels/sales.orders.parcels",
		},
	}
}

test_password_is_not_copied_without_need_or_agreement if {
	not _secret([], [[["AccessAgreement", "logistics", "orders-reads-parcels", "spec", "state"], "revoked"]])
	not _secret([[["port", "from", "namespace"], "sales"]], [])
}

_secret(changes, inventory_changes) := secret if {
	inventory := fixture.spoilt(_inventory_of(_provider), inventory_changes)
	[found] := [found | some found in _inputs(_provider)]
	secret := flow_input.secret(fixture.spoilt(found, changes)) with input as fixture.review(fixture.product)
		with data.inventory as inventory
		with data.index as fixture.index_of(inventory)
}

_provider := {
	"domainRef": "logistics",
	"outputPorts": [{"name": "parcels", "type": "sql"}],
	"storage": [{"name": "marts", "role": "analytics"}],
}

_inventory_of(provider) := fixture.spoilt(fixture.inventory, [[["DataProduct", "logistics", "shipments", "spec"], provider]])

_inputs(provider) := inputs if {
	inputs := flow_input.of_ports with input as fixture.review(fixture.product)
		with data.inventory as _inventory_of(provider)
}

_sql(provider, inventory) := sql if {
	[found] := [found | some found in _inputs(provider)]
	sql := flow_input.sql(found) with input as fixture.review(fixture.product)
		with data.inventory as inventory
		with data.index as fixture.index_of(inventory)
}
