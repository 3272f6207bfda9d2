package dappmesh.blueprints.prometheus_test

import data.dappmesh.blueprints.lib.fixture
import data.dappmesh.blueprints.prometheus

test_every_service_of_the_product_is_scraped if {
	_the("ServiceMonitor", {}, []).spec == {
		"selector": {"matchLabels": {"dappmesh.io/product": "orders"}},
		"endpoints": [{"port": "metrics", "path": "/metrics", "interval": "30s"}],
	}
	changed := _the("ServiceMonitor", {"port": "stats", "path": "/m", "interval": "10s"}, [])
	changed.spec.endpoints == [{"port": "stats", "path": "/m", "interval": "10s"}]
}

test_prometheus_alone_may_come_in_to_scrape if {
	every case in [
		{"parameters": {}, "namespace": "monitoring", "port": "metrics"},
		{"parameters": {"prometheusNamespace": "watch", "port": "stats"}, "namespace": "watch", "port": "stats"},
	] {
		_the("NetworkPolicy", case.parameters, []).spec == {
			"podSelector": {"matchLabels": {"dappmesh.io/product": "orders"}},
			"policyTypes": ["Ingress"],
			"ingress": [{
				"from": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": case.namespace}}}],
				"ports": [{"protocol": "TCP", "port": case.port}],
			}],
		}
	}
}

test_product_cannot_say_where_prometheus_is if {
	watched := fixture.spoilt(fixture.product, [
		[["spec", "managementPorts", 0, "engineClass"], "monitors"],
		[["spec", "managementPorts", 0, "parameters"], {"prometheusNamespace": "elsewhere"}],
	])
	inventory := object.union(fixture.inventory, {"EngineClass": {"monitors": {"spec": {
		"role": "observability",
		"blueprint": "prometheus",
	}}}})
	output := prometheus.output with input as fixture.review(watched) with data.inventory as inventory
	some item in output
	item.object.kind == "NetworkPolicy"
	item.object.spec.ingress[0].from[0].namespaceSelector.matchLabels == {"kubernetes.io/metadata.name": "monitoring"}
}

test_labels_of_the_installation_are_added_and_replace_none if {
	labels := _the("ServiceMonitor", {"labels": {"release": "monitoring", "dappmesh.io/product": "x"}}, []).metadata.labels
	labels.release == "monitoring"
	labels["dappmesh.io/product"] == "orders"
}

test_labels_that_are_none_are_waited_for if {
	_output({"labels": "x"}, []) == {{"waitsFor": {
		"path": ["spec", "managementPorts", 0],
		"message": "parameters of engine class monitors: labels must be an object",
	}}}
}

test_each_port_has_alerts_for_what_its_contract_promises if {
	groups := _the("PrometheusRule", {}, _promised).spec.groups
	[group.name | some group in groups] == ["dappmesh.orders-lines", "dappmesh.orders-lines-api"]
	[[rule.alert, rule.labels.severity] | some rule in groups[0].rules] == [
		["DataProductPortUnavailable", "critical"],
		["DataProductPortUnavailable", "warning"],
		["DataProductPortStale", "warning"],
	]
}

test_alert_fires_when_the_error_budget_burns if {
	rule := _rules[0]
	rule.expr == concat("", [
		`(1 - avg_over_time(up{namespace="sales",service="orders-lines"}[1h])) > 14.4 * (1 - 99.9 / 100) and `,
		`(1 - avg_over_time(up{namespace="sales",service="orders-lines"}[5m])) > 14.4 * (1 - 99.9 / 100)`,
	])
	rule.labels == {
		"severity": "critical",
		"namespace": "sales",
		"product": "orders",
		"port": "lines",
		"domain": "sales",
	}
	rule.annotations.contract == "order-lines@1.2.0"
}

test_alert_fires_when_data_is_older_than_promised if {
	_rules[2].expr == `max(dappmesh_data_age_seconds{namespace="sales",product="orders",port="lines"}) > 900`
}

test_what_is_not_promised_is_not_watched if {
	count({object | some object in _objects({}, []); object.kind == "PrometheusRule"}) == 0
	perfect := [{"property": "availability", "value": 100, "unit": "percent"}]
	count({object | some object in _objects({}, perfect); object.kind == "PrometheusRule"}) == 0
}

_promised := [
	{"property": "availability", "value": 99.9, "unit": "percent"},
	{"property": "latency", "value": 15, "unit": "minutes"},
]

_rules := _the("PrometheusRule", {}, _promised).spec.groups[0].rules

_the(kind, parameters, promises) := [object | some object in _objects(parameters, promises); object.kind == kind][0]

_objects(parameters, promises) := {item.object | some item in _output(parameters, promises)}

_output(parameters, promises) := output if {
	product := fixture.spoilt(fixture.product, [[["spec", "managementPorts", 0, "engineClass"], "monitors"]])
	inventory := object.union(fixture.inventory, {"EngineClass": {"monitors": {"spec": {
		"role": "observability",
		"blueprint": "prometheus",
		"parameters": parameters,
	}}}})
	reviewed := fixture.spoilt(
		fixture.review(product),
		[[["context", "contracts", 0, "spec", "odcs", "slaProperties"], promises]],
	)
	output := prometheus.output with input as reviewed with data.inventory as inventory
}
