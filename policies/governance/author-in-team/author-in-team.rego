# METADATA
# schemas:
#   - input: schema["review-any"]
package dappmesh.governance.author_in_team

import data.dappmesh.governance.lib.text
import data.dappmesh.governance.lib.vocabulary

# METADATA
# title: Author in team
# description: Who changes a data product or its contract is in an owner group of its Domain, or is the Domain's sync service account.
# entrypoint: true
# custom:
#   code: DM-OWN-004
#   kinds: [DataProduct, DataContract]
#   operations: [CREATE, UPDATE]
#   severity: high
#   enforce: {push: deny, admission: deny, audit: "off"}
#   remedy: push as a member; sync with the Domain's service account
#   scope: [object, inventory, user]
#   inventory: [Domain.spec.ownerGroups, Domain.spec.syncServiceAccount, DataProduct.spec.domainRef]
violations contains violation if {
	input.request.userInfo # a push without an identity is skipped, and says so
	vocabulary.domain
	not _is_owner
	not _is_sync_account
	domain := text.quoted(vocabulary.domain_name)
	groups := text.listed(_owner_groups)
	violation := {
		"path": _place[input.request.kind.kind],
		"message": $"{text.quoted(_user)} is in no owner group of Domain {domain} ({groups}) nor its sync account",
		"details": {"user": _user, "domain": vocabulary.domain_name, "groups": _owner_groups},
	}
}

_user := object.get(input.request.userInfo, "username", "")

# The field that put the object into that Domain.
_place := {"DataProduct": ["spec", "domainRef"], "DataContract": ["spec", "productRef"]}

_is_owner if {
	some group in input.request.userInfo.groups
	group in vocabulary.domain.spec.ownerGroups
}

_is_sync_account if {
	account := vocabulary.domain.spec.syncServiceAccount
	_user == $"system:serviceaccount:{account.namespace}:{account.name}"
}

_owner_groups contains group if some group in vocabulary.domain.spec.ownerGroups
