package dappmesh.governance.silent

# METADATA
# title: Does not answer the canary
# description: The first review of all gets no decision.
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
violations := set() if input.request.uid != "canary"
