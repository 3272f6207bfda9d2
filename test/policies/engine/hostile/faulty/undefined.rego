package dappmesh.governance.undefined

# METADATA
# title: Says nothing
# description: An object named undefined gets no decision.
# entrypoint: true
# custom:
#   code: DM-TST-005
#   kinds: [DataProduct]
#   operations: [CREATE, UPDATE]
#   severity: high
#   enforce: {push: deny, admission: deny, audit: deny}
#   remedy: rename it
#   scope: [object]
#   inventory: []
violations := set() if not _is_silent

_is_silent if input.request.object.metadata.name == "undefined"
