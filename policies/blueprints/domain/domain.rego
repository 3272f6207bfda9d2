# METADATA
# schemas:
#   - input: schema["review-domain"]
#   - data.inventory: schema.inventory
#   - data.index: schema["index"]
package dappmesh.blueprints.domain

import data.dappmesh.blueprints.lib.naming

# METADATA
# title: Domain
# description: The namespaces of a domain, their limits, and a network that is closed unless something opens it.
# entrypoint: true
# custom:
#   kinds: [Domain]
#   makes: [networking.k8s.io/v1/NetworkPolicy, v1/LimitRange, v1/Namespace, v1/ResourceQuota]
#   inventory: [Domain.spec.namespaces]
output contains {"object": {
	"apiVersion": "v1",
	"kind": "Namespace",
	"metadata": {
		"name": namespace,
		"labels": {
			"dappmesh.io/domain": _label,
			"pod-security.kubernetes.io/enforce": "restricted",
		},
		# A namespace takes everything in it along, so only people remove one.
		"annotations": {"dappmesh.io/prune": "disabled"},
	},
}} if some namespace in _namespaces

# Nothing of a product is reached from outside of the cluster but through what the platform puts before it. The rest
# keeps one domain from taking the whole cluster.
output contains {"object": {
	"apiVersion": "v1",
	"kind": "ResourceQuota",
	"metadata": {"name": "dappmesh", "namespace": namespace, "labels": _labels},
	"spec": {"hard": {
		"pods": format_int(_quota("pods", 500), 10),
		"requests.cpu": _quota("cpu", "100"),
		"requests.memory": _quota("memory", "400Gi"),
		"persistentvolumeclaims": format_int(_quota("volumes", 200), 10),
		"requests.storage": _quota("storage", "20Ti"),
		"services.loadbalancers": "0",
		"services.nodeports": "0",
	}},
}} if {
	some namespace in _namespaces
}

_quota(field, fallback) := object.get(_domain.spec, ["quota", field], fallback)

# What a container that asks for nothing is counted as: the quota refuses those that say nothing.
output contains {"object": {
	"apiVersion": "v1",
	"kind": "LimitRange",
	"metadata": {"name": "dappmesh", "namespace": namespace, "labels": _labels},
	"spec": {"limits": [{"type": "Container", "defaultRequest": {"cpu": "50m", "memory": "128Mi"}}]},
}} if {
	some namespace in _namespaces
}

output contains {"object": {
	"apiVersion": "networking.k8s.io/v1",
	"kind": "NetworkPolicy",
	"metadata": {"name": "dappmesh-closed", "namespace": namespace, "labels": _labels},
	"spec": {"podSelector": {}, "policyTypes": ["Egress", "Ingress"]},
}} if {
	some namespace in _namespaces
}

output contains {"object": {
	"apiVersion": "networking.k8s.io/v1",
	"kind": "NetworkPolicy",
	"metadata": {"name": "dappmesh-dns", "namespace": namespace, "labels": _labels},
	"spec": {
		"podSelector": {},
		"policyTypes": ["Egress"],
		"egress": [{
			"to": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}}}],
			"ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}],
		}],
	},
}} if {
	some namespace in _namespaces
}

output contains {"waitsFor": {"path": ["spec", "meshRef"], "message": $`Mesh "{reference}" does not exist`}} if {
	reference := _domain.spec.meshRef
	not data.inventory.Mesh[reference]
}

output contains {"waitsFor": {"path": ["spec", "namespaces", index], "message": $`namespace "{namespace}" {fault}`}} if {
	some index, namespace in _domain.spec.namespaces
	some fault in _faults(namespace)
}

# Not the whole object: what its products hold is the Domain, not a role in it that somebody loses.
output contains {"holds": {"component": name, "message": $"DataProduct {name} belongs to it"}} if {
	some product, namespaces in data.index.products_by_domain[_domain.metadata.name]
	some namespace, _ in namespaces
	name := $"{namespace}/{product}"
}

_domain := input.request.object

_namespaces := {namespace | some namespace in _domain.spec.namespaces}

_label := naming.label(_domain.metadata.name)

_labels := {"dappmesh.io/domain": _label}

# Two domains in one namespace would each set it up their own way, and a closed network ends the platform's own.
_faults(namespace) := {$`belongs to domain "{name}"` |
	some name, other in data.inventory.Domain
	name != _domain.metadata.name
	namespace in other.spec.namespaces
} | {"belongs to the platform" | regex.match(`^(kube-.*|dappmesh-system|flux-system|argocd)$`, namespace)}
