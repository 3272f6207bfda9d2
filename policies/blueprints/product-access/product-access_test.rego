package dappmesh.blueprints.product_access_test

import data.dappmesh.blueprints.lib.fixture
import data.dappmesh.blueprints.product_access

test_every_port_has_a_policy if {
	object.keys(_policies([], [])) == {"orders-lines-access", "orders-lines-api-access", "orders-network"}
}

test_every_policy_says_that_it_gives_access if {
	every policy in _policies([], []) {
		policy.metadata.annotations["dappmesh.io/access"] == "granted"
	}
}

test_port_is_open_to_its_consumers_and_its_own_product if {
	_policies([], [])["orders-lines-access"].spec.ingress == _open_at(5432)
}

test_consumers_reach_the_port_and_nothing_beside_it if {
	every type, number in {"sql": 5432, "file": 8333, "rest": "http"} {
		_policies([[["spec", "outputPorts", 0, "type"], type]], [])["orders-lines-access"].spec.ingress == _open_at(number)
	}
}

test_stream_is_open_where_its_class_says_that_it_is_served if {
	stream := [["spec", "outputPorts", 0, "type"], "stream"]
	served := [["spec", "outputPorts", 0, "parameters"], {"endpoint": "kafka://events.{namespace}.svc:9093/{resource}"}]
	_policies([stream, served], [])["orders-lines-access"].spec.ingress == _open_at(9093)
	_policies([stream], [])["orders-lines-access"].spec.ingress == [{"from": [_own]}]
}

test_port_without_agreements_is_closed_to_others if {
	_policies([], [])["orders-lines-api-access"].spec.ingress == [{"from": [_own]}]
	every changes in [
		[[["AccessAgreement", "sales", "campaigns-read-lines", "spec", "end"], fixture.now]],
		[[["AccessAgreement"]]],
	] {
		_policies([], changes)["orders-lines-access"].spec.ingress == [{"from": [_own]}]
	}
}

test_two_agreements_of_one_consumer_open_once if {
	twice := [[["AccessAgreement", "sales", "another"], fixture.agreement]]
	_policies([], twice)["orders-lines-access"].spec.ingress == _open_at(5432)
}

test_tables_and_files_are_read_where_they_lie if {
	_served_by([], "orders-lines-access") == {
		"app.kubernetes.io/instance": "orders-marts",
		"dappmesh.io/product": "orders",
		"dappmesh.io/component": "marts",
	}
	_served_by([[["spec", "outputPorts", 0, "type"], "file"]], "orders-lines-access")["dappmesh.io/component"] == "files"
	_served_by([[["spec", "storage"]]], "orders-lines-access")["dappmesh.io/component"] == "lines"
}

test_rest_ports_have_pods_of_their_own if {
	_served_by([], "orders-lines-api-access")["dappmesh.io/component"] == "lines-api"
}

test_product_reaches_itself_and_what_it_may_read if {
	network := _policies([], [])["orders-network"].spec
	network.policyTypes == ["Egress", "Ingress"]
	network.ingress == [{"from": [_own]}]
	network.egress == [{"to": [_own, _peer("logistics", "shipments")]}]
	_policies([], [[["AccessAgreement"]]])["orders-network"].spec.egress == [{"to": [_own]}]
}

_own := {"podSelector": {"matchLabels": {"dappmesh.io/product": "orders"}}}

_open_at(number) := [{"from": [_own]}, {"from": [_campaigns], "ports": [{"protocol": "TCP", "port": number}]}]

_campaigns := _peer("marketing", "campaigns")

_peer(namespace, product) := {
	"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}},
	"podSelector": {"matchLabels": {"dappmesh.io/product": product}},
}

_served_by(changes, name) := _policies(changes, [])[name].spec.podSelector.matchLabels

_policies(product_changes, inventory_changes) := {item.object.metadata.name: item.object |
	some item in _output(product_changes, inventory_changes)
}

_output(product_changes, inventory_changes) := items if {
	inventory := fixture.spoilt(fixture.inventory, inventory_changes)
	items := product_access.output with input as fixture.review(fixture.spoilt(fixture.product, product_changes))
		with data.inventory as inventory
		with data.index as fixture.index_of(inventory)
}
