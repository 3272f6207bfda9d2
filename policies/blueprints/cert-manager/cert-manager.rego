# METADATA
# schemas:
#   - input: schema["review-data-product"]
#   - data.inventory: schema.inventory
package dappmesh.blueprints.cert_manager

import data.dappmesh.blueprints.lib.component

# METADATA
# title: Certificate by cert-manager
# description: One certificate for the names of all Services that the product's output ports have.
# entrypoint: true
# custom:
#   kinds: [DataProduct]
#   makes: [cert-manager.io/v1/Certificate]
#   inventory:
#     - Domain.spec.meshRef
#     - Mesh.spec.engineDefaults
#     - EngineClass.spec.role
#     - EngineClass.spec.blueprint
#     - EngineClass.spec.parameters
output contains {"object": object} if {
	some asked in component.of("cert-manager")
	object := _certificate(asked)
}

output contains {"waitsFor": {"path": asked.path, "message": message}} if {
	some asked in component.of("cert-manager")
	not asked.parameters.issuer
	message := $"EngineClass {asked.class} names no issuer in its parameters"
}

# The keys are renewed with the certificate; whoever serves a port mounts the Secret of the same name.
_certificate(asked) := {
	"apiVersion": "cert-manager.io/v1",
	"kind": "Certificate",
	"metadata": {
		"name": asked.resource,
		"labels": component.labelled(asked, "cert-manager"),
		"annotations": {"dappmesh.io/awaits": "Ready"},
	},
	"spec": object.union(
		{
			"secretName": asked.resource,
			"secretTemplate": {"labels": component.labelled(asked, "cert-manager")},
			"issuerRef": {
				"group": object.get(asked.parameters, "issuerGroup", "cert-manager.io"),
				"kind": object.get(asked.parameters, "issuerKind", "ClusterIssuer"),
				"name": asked.parameters.issuer,
			},
			"dnsNames": sort(_names(asked)),
			"privateKey": {"algorithm": "ECDSA", "size": 256, "rotationPolicy": "Always"},
			"usages": ["digital signature", "key encipherment", "server auth"],
		},
		object.filter(asked.parameters, ["duration", "renewBefore"]),
	),
}

_names(asked) := {$"{port.resource}.{component.namespace}{suffix}" |
	some port in component.all
	port.section == "outputPorts"
	port.role != "stream"
	some suffix in ["", ".svc", $".svc.{object.get(asked.parameters, "clusterDomain", "cluster.local")}"]
}
