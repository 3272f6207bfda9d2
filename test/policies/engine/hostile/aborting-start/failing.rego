package dappmesh.governance.failing

# METADATA
# title: Aborts on the canary
# description: The first review of all gets two values for one rule.
# entrypoint: true
# custom:
#   code: DM-TST-001
#   kinds: [DataProduct]
#   operations: [CREATE, UPDATE]
#   severity: high
#   enforce: {push: deny, admission: deny, audit: deny}
#   remedy: rename it
#   scope: [object]
#   inventory: []
violations contains {"path": [], "message": _opinion, "details": {}} if input.request.uid == "canary"

_opinion := "yes" if input.request.uid != ""

_opinion := "no" if input.request.uid == "canary"
