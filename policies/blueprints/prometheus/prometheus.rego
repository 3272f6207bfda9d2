# METADATA
# schemas:
#   - input: schema["review-data-product"]
#   - data.inventory: schema.inventory
package dappmesh.blueprints.prometheus

import data.dappmesh.blueprints.lib.component
import data.dappmesh.blueprints.lib.sla

# METADATA
# title: Monitoring by the Prometheus operator
# description: What to scrape of a product, and alerts when a port breaks what its contract promises.
# entrypoint: true
# custom:
#   kinds: [DataProduct]
#   makes: [networking.k8s.io/v1/NetworkPolicy, monitoring.coreos.com/v1/ServiceMonitor, monitoring.coreos.com/v1/PrometheusRule]
#   inventory:
#     - Domain.spec.meshRef
#     - Mesh.spec.engineDefaults
#     - EngineClass.spec.role
#     - EngineClass.spec.blueprint
#     - EngineClass.spec.parameters
output contains {"object": object} if {
	some watcher in component.of("prometheus")
	some object in ({_monitor(watcher), _network(watcher)} | _rules(watcher))
}

# What is undefined would vanish without a word, and what vanishes is pruned.
output contains {"waitsFor": {"path": watcher.path, "message": message}} if {
	some watcher in component.of("prometheus")
	not _metadata(watcher)
	message := $"parameters of engine class {watcher.class}: labels must be an object"
}

# Every Service of the product that has a port of that name.
_monitor(watcher) := {
	"apiVersion": "monitoring.coreos.com/v1",
	"kind": "ServiceMonitor",
	"metadata": _metadata(watcher),
	"spec": {
		"selector": {"matchLabels": object.filter(watcher.labels, ["dappmesh.io/product"])},
		"endpoints": [{
			"port": _port(watcher),
			"path": object.get(watcher.parameters, "path", "/metrics"),
			"interval": object.get(watcher.parameters, "interval", "30s"),
		}],
	},
}

# A product is closed to everyone, Prometheus included. Where that is, only the class says: a product opens itself to
# nobody.
_network(watcher) := {
	"apiVersion": "networking.k8s.io/v1",
	"kind": "NetworkPolicy",
	"metadata": _metadata(watcher),
	"spec": {
		"podSelector": {"matchLabels": object.filter(watcher.labels, ["dappmesh.io/product"])},
		"policyTypes": ["Ingress"],
		"ingress": [{
			"from": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}}}],
			"ports": [{"protocol": "TCP", "port": _port(watcher)}],
		}],
	},
} if {
	namespace := object.get(data.inventory.EngineClass[watcher.class].spec, ["parameters", "prometheusNamespace"], "monitoring")
}

_port(watcher) := object.get(watcher.parameters, "port", "metrics")

_rules(watcher) := {rules |
	groups := [group |
		some name in sort({port.resource | some port in component.all; port.section == "outputPorts"})
		some port in component.all
		port.resource == name
		group := {"name": $"dappmesh.{name}", "rules": array.concat(_availability_rules(port), _latency_rules(port))}
		count(group.rules) > 0
	]
	count(groups) > 0
	rules := {
		"apiVersion": "monitoring.coreos.com/v1",
		"kind": "PrometheusRule",
		"metadata": _metadata(watcher),
		"spec": {"groups": groups},
	}
}

# The error budget is what may fail in 30 days. Burnt 14.4 times too fast it is gone in two days, 6 times in five:
# both windows must agree, so that the alert also ends soon after the fault does.
_availability_rules(port) := [rule |
	promised := sla.percent(component.contract(port), "availability")
	promised < 100
	some burn in [
		{"speed": 14.4, "long": "1h", "short": "5m", "severity": "critical"},
		{"speed": 6, "long": "6h", "short": "30m", "severity": "warning"},
	]
	limit := $"{burn.speed} * (1 - {promised} / 100)"
	rule := {
		"alert": "DataProductPortUnavailable",
		"expr": $"{_unavailable(port, burn.long)} > {limit} and {_unavailable(port, burn.short)} > {limit}",
		"labels": _alert_labels(port, burn.severity),
		"annotations": {
			"summary": $"port {port.name} of {component.namespace}/{_product} fails {burn.speed} times as often as its contract allows",
			"contract": _contract(port),
		},
	}
]

_unavailable(port, window) := $`(1 - avg_over_time(up\{namespace="{component.namespace}",service="{port.resource}"}[{window}]))`

# How old the data is, only the product knows: it publishes the age of the newest row that a port shows.
_latency_rules(port) := [{
	"alert": "DataProductPortStale",
	"expr": $`max(dappmesh_data_age_seconds\{namespace="{component.namespace}",product="{_product}",port="{port.name}"}) > {limit}`,
	"for": "5m",
	"labels": _alert_labels(port, "warning"),
	"annotations": {
		"summary": $"data of port {port.name} of {component.namespace}/{_product} is older than its contract allows ({limit} s)",
		"contract": _contract(port),
	},
} |
	limit := sla.seconds(component.contract(port), "latency")
]

_alert_labels(port, severity) := {
	"severity": severity,
	"namespace": component.namespace,
	"product": _product,
	"port": port.name,
	"domain": component.product.spec.domainRef,
}

_contract(port) := $"{port.entry.contractRef.id}@{port.entry.contractRef.version}"

_product := component.product.metadata.name

# Prometheus objects are chosen by labels of the installation, for example `release`.
_metadata(watcher) := {
	"name": watcher.resource,
	"labels": object.union(object.get(watcher.parameters, "labels", {}), component.labelled(watcher, "prometheus")),
}
