# METADATA
# schemas:
#   - input: schema["review-policy-exemption"]
#   - data.inventory: schema.inventory
package dappmesh.blueprints.exemption_term

import data.dappmesh.blueprints.lib.calendar

# METADATA
# title: Term of an exemption
# description: Whether an exemption binds no longer, not yet or now, in the reason of its Ready condition.
# entrypoint: true
# custom:
#   kinds: [PolicyExemption]
#   makes: []
#   inventory: [Domain.spec.namespaces, Domain.spec.meshRef, Mesh.spec.limits.exemptionDays]
output contains {"ready": {"reason": "InForce", "message": message}} if {
	count(_faults) == 0
	message := $"{_exemption.policy} only warns for {_target} until {_exemption.expires}"
}

output contains {"ready": {"reason": "Expired", "message": $"it ended at {_exemption.expires}"}} if {
	_has_ended
	_faults == {_ended}
}

output contains {"ready": {"reason": "Unapproved", "message": message}} if {
	others := _faults - {_ended}
	count(others) > 0
	message := $"it exempts from nothing: {concat("; ", sort(others))}"
}

output contains {"until": _exemption.expires} if count(_faults) == 0

_exemption := input.request.object.spec

_ended := "it has ended"

# As enforcement has it (policies/engine/verdict/enforcement.ts), which says the same beside a denial.
_faults contains "nobody has approved it" if _person("approvedBy") == ""

_faults contains "its owner has approved it" if {
	_person("approvedBy") != ""
	_person("approvedBy") == _person("owner")
}

_faults contains "it has no end" if not _exemption.expires

_faults contains _ended if _has_ended

_faults contains _too_late

_has_ended if _exemption.expires <= input.context.now

_too_late := $"it ends in more than the {days} days that the Mesh allows" if {
	days := _mesh.limits.exemptionDays
	calendar.seconds(_exemption.expires) > calendar.seconds(input.context.now) + (days * 86400)
}

_mesh := data.inventory.Mesh[domain.meshRef].spec if {
	some domain_name
	domain := data.inventory.Domain[domain_name].spec
	input.request.namespace in domain.namespaces
}

_person(field) := lower(trim_space(object.get(_exemption, field, "")))

_target := concat("/", [part |
	some part in [_exemption.target.kind, object.get(_exemption.target, "namespace", ""), _exemption.target.name]
	part != ""
])
