# METADATA
# schemas:
#   - input: schema["review-data-product"]
#   - data.inventory: schema.inventory
package dappmesh.governance.input_needs_agreement

import data.dappmesh.governance.lib.text

# METADATA
# title: Input needs an agreement
# description: Each input from another product names an agreement that is approved, in force, and made for this consumer, port and major.
# entrypoint: true
# custom:
#   code: DM-ACC-003
#   kinds: [DataProduct]
#   operations: [CREATE, UPDATE]
#   severity: high
#   enforce: {push: deny, admission: deny, audit: deny}
#   remedy: ask the provider for an agreement, or renew it
#   scope: [object, inventory, clock]
#   inventory: [AccessAgreement.spec.provider, AccessAgreement.spec.consumer, AccessAgreement.spec.state, AccessAgreement.spec.start, AccessAgreement.spec.end]
violations contains violation if {
	some i, port in input.request.object.spec.inputPorts
	from := port.from
	from.product
	object.get(port, "agreementRef", "") == ""
	violation := {
		"path": ["spec", "inputPorts", i, "agreementRef"],
		"message": $"no agreement is named for {_target(from)}",
		"details": {"provider": from},
	}
}

# What is named but not there is a missing reference, which may arrive later: an agreement, its approval, the port.
# Input-ref-exists (DM-ACC-002) reports it, and this policy is silent about it. An agreement that is there and does
# not cover the input is forbidden, hence denied everywhere, whether or not the port that the input names is there.
violations contains violation if {
	some i, port in input.request.object.spec.inputPorts
	from := port.from
	from.product
	namespace := object.get(from, "namespace", input.request.namespace)
	agreement := data.inventory.AccessAgreement[namespace][port.agreementRef].spec
	not _covers(agreement, from)
	some fault in _faults(agreement, from)
	violation := {
		"path": ["spec", "inputPorts", i, "agreementRef"],
		"message": $"agreement {text.quoted(port.agreementRef)} {fault}",
		"details": {"agreement": {"namespace": namespace, "name": port.agreementRef}, "provider": from},
	}
}

# The common case in one pass; the faults are told apart only once there is one.
_covers(agreement, from) if {
	agreement.state == "approved"
	agreement.start <= input.context.now
	not _is_over(agreement)
	_is_for_port(agreement.provider, from)
	_is_for_consumer(agreement.consumer)
}

# Whatever `_covers` asks has its fault here, or in input-ref-exists.
_faults(agreement, from) := (_standing(agreement) | provided) | consumer if {
	provided := {$"is for {_target(given)}" |
		given := object.get(agreement, "provider", {})
		not _is_for_port(given, from)
	}
	consumer := {$"is for consumer {_consumer(given)}" |
		given := object.get(agreement, "consumer", {})
		not _is_for_consumer(given)
	}
}

# While nobody has decided, neither state nor dates say anything.
_standing(agreement) := set() if object.get(agreement, "state", "requested") == "requested"

_standing(agreement) := (state | missing) | (early | late) if {
	given := object.get(agreement, "state", "requested")
	given != "requested"
	state := {$"is {given}, not approved" | given != "approved"}
	missing := {"has no start" | not agreement.start}
	early := {$"begins only at {agreement.start}" | agreement.start > input.context.now}
	late := {$"ended at {agreement.end}" | _is_over(agreement)}
}

# Timestamps are UTC to whole seconds, so they compare as text. Without an end it runs until it is revoked.
_is_over(agreement) if agreement.end <= input.context.now

_is_for_port(provider, from) if {
	provider.product == from.product
	provider.port == from.port
	provider.major == from.major
}

_is_for_consumer(consumer) if {
	consumer.namespace == input.request.namespace
	consumer.product == input.request.object.metadata.name
}

_target(provider) := $"major {_field(provider, "major")} of port {_field(provider, "port")} of {_field(provider, "product")}"

_consumer(consumer) := $"{_field(consumer, "product")} in namespace {_field(consumer, "namespace")}"

_field(reference, name) := text.quoted(reference[name])

_field(reference, name) := "none" if not reference[name]
