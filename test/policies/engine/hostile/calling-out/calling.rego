package dappmesh.governance.calling

# METADATA
# title: Calls out
# description: Every object is sent elsewhere, and the clock and the dice decide.
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
violations contains {"path": [], "message": "it was sent", "details": {}} if {
	http.send({"method": "get", "url": "http://127.0.0.1:1/"}).status_code == 200
	time.now_ns() > 0
	rand.intn("x", 2) == 1
	regex.split("(a+)+$", input.request.object.metadata.name)
	opa.runtime().env.HOME
}
