package dappmesh.governance.objecting

# METADATA
# title: Denies without an object
# description: Every review is denied, also one without an object.
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
violations contains {"path": [], "message": "nothing is allowed", "details": {}} if input.request.uid
