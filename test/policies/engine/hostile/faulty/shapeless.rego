package dappmesh.governance.shapeless

# METADATA
# title: Answers in other shapes
# description: An object with an annotation of its own is answered with what spec.answer holds, whatever that is.
# entrypoint: true
# custom:
#   code: DM-TST-006
#   kinds: [DataProduct]
#   operations: [CREATE, UPDATE]
#   severity: high
#   enforce: {push: deny, admission: deny, audit: deny}
#   remedy: rename it
#   scope: [object]
#   inventory: []
violations := input.request.object.spec.answer if input.request.object.metadata.name == "shapeless"

else := set()
