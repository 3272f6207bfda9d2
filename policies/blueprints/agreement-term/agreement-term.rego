# METADATA
# schemas:
#   - input: schema["review-access-agreement"]
package dappmesh.blueprints.agreement_term

import data.dappmesh.blueprints.lib.access

# METADATA
# title: Term of an agreement
# description: Whether an agreement gives access now, in the reason of its Ready condition.
# entrypoint: true
# custom:
#   kinds: [AccessAgreement]
#   makes: []
#   inventory: []
output contains {"ready": {"reason": reason, "message": message}} if {
	some reason, message in _answer
}

output contains {"until": min(access.moments(_agreement))}

_agreement := input.request.object.spec

# One reason and its message. Each state has its own line, so that no two can be true.
_answer := {"Requested": "access waits for the provider's approval"} if _state == "requested"

_answer := {"Rejected": "the provider has rejected it: there is no access"} if _state == "rejected"

_answer := {"Revoked": "it was revoked: there is no access any more"} if _state == "revoked"

_answer := {"InForce": $"{_uses} {_until}"} if access.is_running(_agreement)

_answer := {"NotYetInForce": "approved, but no start is set: there is no access yet"} if {
	_state == "approved"
	not _agreement.start
}

_answer := {"NotYetInForce": $"approved; access begins at {_agreement.start}"} if {
	_state == "approved"
	_agreement.start > input.context.now
}

_answer := {"Expired": $"access ended at {_agreement.end}"} if {
	_state == "approved"
	_agreement.start <= input.context.now
	_agreement.end <= input.context.now
}

_state := object.get(_agreement, "state", "requested")

_uses := $"{consumer.namespace}/{consumer.product} may use port {provider.port} of {provider.product}" if {
	consumer := _agreement.consumer
	provider := _agreement.provider
}

_until := $"until {_agreement.end}" if _agreement.end

_until := "until it is revoked" if not _agreement.end
