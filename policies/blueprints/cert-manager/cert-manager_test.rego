package dappmesh.blueprints.cert_manager_test

import data.dappmesh.blueprints.cert_manager
import data.dappmesh.blueprints.lib.fixture

test_one_certificate_names_every_port if {
	[certificate] := [object | some object in _objects(fixture.product, {"issuer": "mesh-ca"})]
	certificate.metadata.name == "orders-tls"
	certificate.metadata.annotations == {"dappmesh.io/awaits": "Ready"}
	certificate.spec.secretName == "orders-tls"
	certificate.spec.issuerRef == {"group": "cert-manager.io", "kind": "ClusterIssuer", "name": "mesh-ca"}
	certificate.spec.dnsNames == [
		"orders-lines-api.sales",
		"orders-lines-api.sales.svc",
		"orders-lines-api.sales.svc.cluster.local",
		"orders-lines.sales",
		"orders-lines.sales.svc",
		"orders-lines.sales.svc.cluster.local",
	]
}

test_parameters_choose_issuer_names_and_times if {
	parameters := {
		"issuer": "own",
		"issuerKind": "Issuer",
		"issuerGroup": "ca.example.org",
		"clusterDomain": "mesh.local",
		"duration": "720h",
		"renewBefore": "240h",
	}
	some certificate in _objects(fixture.product, parameters)
	certificate.spec.issuerRef == {"group": "ca.example.org", "kind": "Issuer", "name": "own"}
	"orders-lines.sales.svc.mesh.local" in certificate.spec.dnsNames
	certificate.spec.duration == "720h"
	certificate.spec.renewBefore == "240h"
}

test_streams_have_certificates_of_their_own if {
	changes := [[["spec", "outputPorts", 0, "type"], "stream"]]
	some certificate in _objects(fixture.spoilt(fixture.product, changes), {"issuer": "mesh-ca"})
	every name in certificate.spec.dnsNames {
		startswith(name, "orders-lines-api.")
	}
}

test_product_without_ports_needs_no_certificate if {
	count(_output(fixture.spoilt(fixture.product, [[["spec", "outputPorts"]]]), {"issuer": "mesh-ca"})) == 0
}

test_certificate_waits_for_an_issuer if {
	_output(fixture.product, {}) == {{"waitsFor": {
		"path": ["spec"],
		"message": "EngineClass certificates names no issuer in its parameters",
	}}}
}

_objects(product, parameters) := {item.object | some item in _output(product, parameters)}

_output(product, parameters) := output if {
	inventory := object.union(fixture.inventory, {
		"Mesh": {"retail": {"spec": {"engineDefaults": {"certificate": "certificates"}}}},
		"EngineClass": {"certificates": {"spec": {
			"role": "certificate",
			"blueprint": "cert-manager",
			"parameters": parameters,
		}}},
	})
	output := cert_manager.output with input as fixture.review(product) with data.inventory as inventory
}
