# METADATA
# schemas:
#   - input: schema["review-any"]
package dappmesh.governance.semver_valid

import data.dappmesh.governance.lib.semver
import data.dappmesh.governance.lib.text

# METADATA
# title: Version is X.Y.Z
# description: Versions of data products, their output ports and contracts are three numbers without a pre-release.
# entrypoint: true
# custom:
#   code: DM-VER-002
#   kinds: [DataProduct, DataContract]
#   operations: [CREATE, UPDATE]
#   severity: medium
#   enforce: {push: deny, admission: deny, audit: deny}
#   remedy: 'write three numbers, quoted: "1.4.0"'
#   scope: [object]
#   inventory: []
violations contains _malformed(["spec", "version"], version) if {
	input.request.kind.kind == "DataProduct"
	version := input.request.object.spec.version
	not semver.is_valid(version)
}

violations contains {"path": ["spec", "version"], "message": "no version is set", "details": {}} if {
	input.request.kind.kind == "DataProduct"
	is_object(input.request.object)
	not input.request.object.spec.version
}

violations contains _malformed(["spec", "outputPorts", i, "version"], version) if {
	input.request.kind.kind == "DataProduct"
	some i, port in input.request.object.spec.outputPorts
	version := port.version
	not semver.is_valid(version)
}

# A contract without a version fails the ODCS schema: odcs-valid reports that.
violations contains _malformed(["spec", "odcs", "version"], version) if {
	input.request.kind.kind == "DataContract"
	version := input.request.object.spec.odcs.version
	not semver.is_valid(version)
}

_malformed(path, version) := {
	"path": path,
	"message": $"version {text.quoted(version)} is not of the form X.Y.Z",
	"details": {"version": version},
}
