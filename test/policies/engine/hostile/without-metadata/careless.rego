package dappmesh.governance.careless

# METADATA
# title: Says too little
# description: Nobody knows how severe this is, nor where it counts.
# entrypoint: true
# custom:
#   code: DM-TST-001
#   kinds: [DataProduct]
violations contains {"path": [], "message": "nothing is allowed", "details": {}} if input.request.uid
