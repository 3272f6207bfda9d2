# METADATA
# schemas:
#   - input: schema["review-data-product"]
#   - data.inventory: schema.inventory
#   - data.index: schema["index"]
package dappmesh.blueprints.product_access

import data.dappmesh.blueprints.lib.access
import data.dappmesh.blueprints.lib.bucket
import data.dappmesh.blueprints.lib.component
import data.dappmesh.blueprints.lib.naming
import data.dappmesh.blueprints.lib.postgres

# METADATA
# title: Who reaches a product
# description: The network of a product, open within itself, to the ports that it may read, and from those who may read its ports.
# entrypoint: true
# custom:
#   kinds: [DataProduct]
#   makes: [networking.k8s.io/v1/NetworkPolicy]
#   inventory: [Domain.spec.meshRef, Mesh.spec.engineDefaults, EngineClass.spec.role, EngineClass.spec.blueprint, EngineClass.spec.parameters, AccessAgreement.spec.provider, AccessAgreement.spec.consumer, AccessAgreement.spec.state, AccessAgreement.spec.start, AccessAgreement.spec.end]
output contains {"object": {
	"apiVersion": "networking.k8s.io/v1",
	"kind": "NetworkPolicy",
	"metadata": {"name": $"{port.resource}-access", "labels": port.labels, "annotations": access.annotations},
	"spec": {
		"podSelector": {"matchLabels": _serving(port)},
		"policyTypes": ["Ingress"],
		"ingress": array.concat([{"from": [_own]}], _openings(port)),
	},
}} if {
	some port in component.all
	port.section == "outputPorts"
}

# Between its own pods, and out to the pods of those whose ports it may read; which of these answer is theirs to say.
output contains {"object": {
	"apiVersion": "networking.k8s.io/v1",
	"kind": "NetworkPolicy",
	"metadata": {
		"name": $"{naming.resource(component.product.metadata.name)}-network",
		"labels": {"dappmesh.io/product": _label, "dappmesh.io/domain": naming.label(component.product.spec.domainRef)},
		"annotations": access.annotations,
	},
	"spec": {
		"podSelector": _own.podSelector,
		"policyTypes": ["Egress", "Ingress"],
		"ingress": [{"from": [_own]}],
		"egress": [{"to": array.concat([_own], _peers(access.received))}],
	},
}}

_label := naming.label(component.product.metadata.name)

_own := {"podSelector": {"matchLabels": {"dappmesh.io/product": _label}}}

# Consumers reach what the port is for and nothing beside it: no metrics, no interface of an operator.
_openings(port) := [{"from": peers, "ports": [{"protocol": "TCP", "port": number}]} |
	peers := _peers(access.in_force(port.name))
	count(peers) > 0
	number := _number(port)
]

# As the pods know it, by number or name. Of a stream, only the class knows where it is served.
_numbers := {"sql": postgres.port, "file": bucket.port, "rest": "http"}

_number(port) := _numbers[port.role]

_number(port) := to_number(digits) if {
	port.role == "stream"
	authority := split(split(port.parameters.endpoint, "://")[1], "/")[0]
	digits := split(authority, ":")[1]
	regex.match(`^[0-9]+$`, digits)
}

# Each product on the other side of an agreement once, in a stable order.
_peers(grants) := [peer |
	some [namespace, product] in sort({[grant.namespace, grant.product] | some grant in grants})
	peer := {
		"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}},
		"podSelector": {"matchLabels": {"dappmesh.io/product": naming.label(product)}},
	}
]

# Tables and files are read where they lie; other ports have pods of their own.
_serving(port) := _selecting(component.storage(port)) if port.role in {"sql", "file"}

_serving(port) := _selecting(port) if not port.role in {"sql", "file"}

# Without a store behind it, the port opens nothing.
_serving(port) := _selecting(port) if {
	port.role in {"sql", "file"}
	not component.storage(port)
}

_selecting(found) := object.remove(found.labels, ["dappmesh.io/domain"])
