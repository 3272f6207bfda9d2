# METADATA
# schemas:
#   - input: schema["review-data-product"]
package dappmesh.governance.owner_exists

import data.dappmesh.governance.lib.text
import data.dappmesh.governance.lib.vocabulary

# METADATA
# title: Owner exists
# description: The team that a data product names is one of its Domain's teams.
# entrypoint: true
# custom:
#   code: DM-OWN-002
#   kinds: [DataProduct]
#   operations: [CREATE, UPDATE]
#   severity: high
#   enforce: {push: deny, admission: warn, audit: deny}
#   remedy: name a team of the Domain, or add the team to it
#   scope: [object, inventory]
#   inventory: [Domain.spec.teams.name]
violations contains violation if {
	team := input.request.object.spec.owner.teamRef
	team != "" # nobody named: owner-present reports that
	vocabulary.domain # no such Domain: domain-exists reports that
	not _is_team(team)
	domain := text.quoted(vocabulary.domain_name)
	violation := {
		"path": ["spec", "owner", "teamRef"],
		"message": $"team {text.quoted(team)} is not in Domain {domain}; its teams: {text.listed(_teams)}",
		"details": {"team": team, "domain": vocabulary.domain_name, "teams": _teams},
	}
}

_is_team(name) if {
	some team in vocabulary.domain.spec.teams
	team.name == name
}

_teams contains team.name if some team in vocabulary.domain.spec.teams
