# METADATA
# schemas:
#   - input: schema["review-data-product"]
#   - data.inventory: schema.inventory
package dappmesh.blueprints.cloudnative_pg

import data.dappmesh.blueprints.lib.component
import data.dappmesh.blueprints.lib.postgres
import data.dappmesh.blueprints.lib.priority

# METADATA
# title: PostgreSQL by CloudNativePG
# description: A PostgreSQL cluster with replicas, kept by the CloudNativePG operator, under the store's own name.
# entrypoint: true
# custom:
#   kinds: [DataProduct]
#   makes: [v1/Service, networking.k8s.io/v1/NetworkPolicy, postgresql.cnpg.io/v1/Cluster]
#   inventory:
#     - Domain.spec.meshRef
#     - Mesh.spec.engineDefaults
#     - Mesh.spec.tiers
#     - EngineClass.spec.role
#     - EngineClass.spec.blueprint
#     - EngineClass.spec.parameters
output contains {"object": object} if {
	some store in component.of("cloudnative-pg")
	some object in [_cluster(store), _service(store), _network(store)]
}

# Pods and what else the operator makes bear the labels that NetworkPolicies select by.
_cluster(store) := {
	"apiVersion": "postgresql.cnpg.io/v1",
	"kind": "Cluster",
	"metadata": object.union(_metadata(store), {"annotations": {"dappmesh.io/awaits": "Ready"}}),
	"spec": object.union_n([
		{
			"instances": object.get(store.parameters, "instances", 3),
			"enableSuperuserAccess": false,
			"inheritedMetadata": {"labels": _labels(store)},
			"bootstrap": {"initdb": {"database": _database, "owner": postgres.owner, "encoding": "UTF8"}},
			"storage": _storage(store),
			"resources": _resources(store),
		},
		priority.pod,
		{"imageName": image | image := store.parameters.image},
		{"postgresql": {"parameters": settings} | settings := store.parameters.settings},
	]),
}

_storage(store) := object.union(
	{"size": object.get(store.entry, "size", "10Gi")},
	{"storageClass": class | class := store.parameters.storageClassName},
)

_resources(store) := {"requests": object.filter(given, ["cpu", "memory"]), "limits": object.filter(given, ["memory"])} if {
	given := object.union({"cpu": "500m", "memory": "1Gi"}, store.parameters)
}

# Follows the primary. The operator's own Services are called otherwise, and which one to use is its affair. Without an
# address, as those of embedded stores: an address can be neither given nor taken later, and stores change engines.
_service(store) := {
	"apiVersion": "v1",
	"kind": "Service",
	"metadata": _metadata(store),
	"spec": {
		"clusterIP": "None",
		"selector": {"cnpg.io/cluster": store.resource, "cnpg.io/instanceRole": "primary"},
		"ports": [{"name": "postgresql", "port": postgres.port, "targetPort": postgres.port}],
	},
}

# Each instance reports to the API server, which no selector can name, and the operator asks each how it is.
# Where these are, only the class says: a product opens itself to nobody.
_network(store) := {
	"apiVersion": "networking.k8s.io/v1",
	"kind": "NetworkPolicy",
	"metadata": object.union(_metadata(store), {"name": $"{store.resource}-operator"}),
	"spec": {
		"podSelector": {"matchLabels": {"cnpg.io/cluster": store.resource}},
		"policyTypes": ["Ingress", "Egress"],
		"ingress": [{
			"from": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": operator_namespace}}}],
			"ports": [{"protocol": "TCP", "port": port} | some port in [postgres.port, 8000]],
		}],
		"egress": [{
			"to": [{"ipBlock": {"cidr": cidr}} | some cidr in _class_says(store, "apiServerCidrs", _private_networks)],
			"ports": [{"protocol": "TCP", "port": port} | some port in [443, 6443]],
		}],
	},
} if {
	operator_namespace := _class_says(store, "operatorNamespace", "cnpg-system")
}

_class_says(store, parameter, fallback) := object.get(data.inventory.EngineClass[store.class].spec, ["parameters", parameter], fallback)

# Where API servers are as a rule, and nothing of the internet: RFC 1918, RFC 6598, RFC 4193.
_private_networks := ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"]

_database := postgres.database(component.product.metadata.name)

_metadata(store) := {"name": store.resource, "labels": _labels(store)}

_labels(store) := component.labelled(store, "postgresql")
