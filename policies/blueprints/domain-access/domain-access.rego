# METADATA
# schemas:
#   - input: schema["review-domain"]
#   - data.inventory: schema.inventory
#   - data.index: schema["index"]
package dappmesh.blueprints.domain_access

import data.dappmesh.blueprints.lib.access
import data.dappmesh.blueprints.lib.naming

# METADATA
# title: Who may do what in a domain
# description: Roles of owners, developers and the syncing account in each namespace, and a look for those who consume from it.
# entrypoint: true
# custom:
#   kinds: [Domain]
#   makes: [rbac.authorization.k8s.io/v1/RoleBinding, v1/ServiceAccount]
#   inventory: [Domain.spec.namespaces, Domain.spec.ownerGroups, Domain.spec.teams.groups, AccessAgreement.spec.provider, AccessAgreement.spec.consumer, AccessAgreement.spec.state, AccessAgreement.spec.start, AccessAgreement.spec.end]
output contains {"object": {
	"apiVersion": "rbac.authorization.k8s.io/v1",
	"kind": "RoleBinding",
	"metadata": {
		"name": $"dappmesh-{binding.name}",
		"namespace": namespace,
		"labels": _labels,
		"annotations": access.annotations,
	},
	"roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": binding.role},
	"subjects": binding.subjects,
}} if {
	some namespace in _namespaces
	some binding in _bindings(namespace)
	count(binding.subjects) > 0
}

# The account may also stand in git, or be the one that syncs this very Domain: it stays when the Domain goes.
output contains {"object": {
	"apiVersion": "v1",
	"kind": "ServiceAccount",
	"metadata": {
		"name": account.name,
		"namespace": account.namespace,
		"labels": _labels,
		"annotations": {"dappmesh.io/prune": "disabled"},
	},
}} if {
	account := _domain.spec.syncServiceAccount
	account.namespace in _namespaces
}

output contains {"until": moment} if {
	moment := min({turn |
		some namespace in _namespaces
		some agreement in _agreements(namespace)
		some turn in access.moments(agreement)
	})
}

_domain := input.request.object

_namespaces := {namespace | some namespace in _domain.spec.namespaces}

_labels := {"dappmesh.io/domain": naming.label(_domain.metadata.name)}

# What people may do in a namespace. Specs are written by owners and by what syncs git; developers push there and look.
_bindings(namespace) := [
	{"name": "owners", "role": "dappmesh-editor", "subjects": _groups(_owners(_domain.spec))},
	{"name": "owners-view", "role": "view", "subjects": _groups(_owners(_domain.spec))},
	{"name": "developers", "role": "view", "subjects": _groups(_developers(_domain.spec))},
	{"name": "consumers", "role": "dappmesh-viewer", "subjects": _groups(_consumers(namespace))},
	{"name": "sync", "role": "dappmesh-editor", "subjects": _accounts},
]

_groups(names) := [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": name} | some name in sort(names)]

_accounts := [{"kind": "ServiceAccount", "name": account.name, "namespace": account.namespace} |
	account := _domain.spec.syncServiceAccount
]

_owners(domain) := {group | some group in domain.ownerGroups}

_developers(domain) := {group | some team in domain.teams; some group in team.groups}

# People of the other domains that read a product in this namespace by an agreement in force.
_consumers(namespace) := {group |
	some agreement in _agreements(namespace)
	access.is_running(agreement)
	some name, domain in data.inventory.Domain
	name != _domain.metadata.name
	agreement.consumer.namespace in domain.spec.namespaces
	some group in (_owners(domain.spec) | _developers(domain.spec))
}

_agreements(namespace) := [data.inventory.AccessAgreement[namespace][name].spec |
	some names in data.index.agreements_by_provider[namespace]
	some name, _ in names
]
