package dappmesh.defaults.proposing

# METADATA
# title: Proposes
# description: What spec.propose lists is proposed as it is.
# entrypoint: true
# custom:
#   code: DM-TST-020
#   kinds: [DataProduct]
#   operations: [CREATE, UPDATE]
#   severity: high
#   enforce: {push: deny, admission: deny, audit: deny}
#   remedy: rename it
#   scope: [object]
#   inventory: []
additions contains addition if some addition in input.request.object.spec.propose
