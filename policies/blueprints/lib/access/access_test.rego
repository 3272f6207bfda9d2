package dappmesh.blueprints.lib.access_test

import data.dappmesh.blueprints.lib.access
import data.dappmesh.blueprints.lib.fixture

test_agreement_gives_access_from_its_start_up_to_its_end if {
	every changes in [
		[],
		[[["spec", "start"], fixture.now]],
		[[["spec", "end"], "2026-06-01T12:00:01Z"]],
		[[["spec", "end"]]],
	] {
		_in_force(changes, []) == {{"agreement": "campaigns-read-lines", "namespace": "marketing", "product": "campaigns"}}
	}
}

test_any_other_gives_none if {
	every changes in [
		[[["spec", "state"], "requested"]],
		[[["spec", "state"], "revoked"]],
		[[["spec", "state"]]],
		[[["spec", "start"], "2026-06-01T12:00:01Z"]],
		[[["spec", "start"]]],
		[[["spec", "end"], fixture.now]],
		[[["spec", "provider", "port"], "lines-api"]],
		[[["spec", "provider", "major"], 2]],
		[[["spec", "provider", "product"], "refunds"]],
		[[["spec", "consumer"]]],
	] {
		_in_force(changes, []) == set()
	}
}

test_port_of_another_major_is_not_covered if {
	_in_force([], [[["spec", "outputPorts", 0, "version"], "2.0.0"]]) == set()
	_in_force([], [[["spec", "outputPorts", 0, "version"], "next"]]) == set()
	count(_in_force([], [[["spec", "outputPorts", 0, "version"]]])) == 1
}

test_port_that_is_gone_gives_no_access_and_stays_granted if {
	changes := [[["spec", "outputPorts", 0]]]
	_in_force([], changes) == set()
	granted := access.granted with input as fixture.review(fixture.spoilt(fixture.product, changes))
		with data.inventory as fixture.inventory
		with data.index as fixture.index_of(fixture.inventory)
	{grant.port | some grant in granted} == {"lines"}
}

test_what_a_product_may_read_is_received if {
	received := access.received with input as fixture.review(fixture.product)
		with data.inventory as fixture.inventory
		with data.index as fixture.index_of(fixture.inventory)
	received == {{
		"agreement": "orders-reads-parcels",
		"namespace": "logistics",
		"product": "shipments",
		"port": "parcels",
		"major": 1,
	}}
}

test_turns_are_the_moments_to_come if {
	_turns([]) == {"2027-01-01T00:00:00Z"}
	_turns([[["spec", "start"], "2026-07-01T00:00:00Z"]]) == {"2026-07-01T00:00:00Z", "2027-01-01T00:00:00Z"}
	_turns([[["spec", "end"], fixture.now]]) == set()
	_turns([[["spec", "state"], "requested"]]) == set()
}

test_consumer_awaits_turns_too if {
	inventory := object.union(fixture.inventory, {"AccessAgreement": {"logistics": {"orders-reads-parcels": fixture.spoilt(
		fixture.received,
		[[["spec", "end"], "2026-08-01T00:00:00Z"]],
	)}}})
	turns := access.turns with input as fixture.review(fixture.product)
		with data.inventory as inventory
		with data.index as fixture.index_of(inventory)
	turns == {"2026-08-01T00:00:00Z", "2027-01-01T00:00:00Z"}
}

_in_force(changes, product_changes) := found if {
	inventory := _inventory(changes)
	found := access.in_force("lines") with input as fixture.review(fixture.spoilt(fixture.product, product_changes))
		with data.inventory as inventory
		with data.index as fixture.index_of(inventory)
}

_turns(changes) := found if {
	inventory := _inventory(changes)
	found := access.turns with input as fixture.review(fixture.product)
		with data.inventory as inventory
		with data.index as fixture.index_of(inventory)
}

_inventory(changes) := json.patch(fixture.inventory, [{
	"op": "add",
	"path": ["AccessAgreement", "sales", "campaigns-read-lines"],
	"value": fixture.spoilt(fixture.agreement, changes),
}])
