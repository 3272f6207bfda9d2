package dappmesh.blueprints.lib.postgres_certificate_test

import data.dappmesh.blueprints.lib.fixture
import data.dappmesh.blueprints.lib.postgres_certificate

test_nothing_is_needed_where_nothing_is_encrypted if {
	_parts({}, fixture.inventory) == {"arguments": [], "mounts": [], "volumes": [], "init_containers": []}
}

test_a_pod_signs_its_own_certificate if {
	parts := _parts({"encryption": {"inTransit": true}}, fixture.inventory)
	"ssl=on" in parts.arguments
	parts.volumes == [{"name": "certificate", "emptyDir": {"medium": "Memory"}}]
	parts.init_containers[0].image == "postgres"
	contains(parts.init_containers[0].command[2], "DNS:orders-marts.sales.svc")
	parts.mounts[0].readOnly
}

test_the_certificate_of_the_product_is_taken_where_there_is_one if {
	issued := fixture.spoilt(fixture.inventory, [[["Mesh", "retail", "spec", "engineDefaults", "certificate"], "issuer"]])
	parts := _parts({"encryption": {"inTransit": true}}, issued)
	parts.init_containers == []
	parts.volumes == [{"name": "certificate", "secret": {"secretName": "orders-tls", "defaultMode": 416}}]
}

test_a_product_without_a_port_to_certify_signs_for_itself if {
	issued := fixture.spoilt(fixture.inventory, [[["Mesh", "retail", "spec", "engineDefaults", "certificate"], "issuer"]])
	every ports in [[], [{"name": "events", "type": "stream"}]] {
		review := fixture.review(fixture.spoilt(fixture.product, [[["spec", "outputPorts"], ports]]))
		storage := {"resource": "orders-marts", "entry": {"encryption": {"inTransit": true}}}
		volumes := postgres_certificate.volumes(storage) with input as review with data.inventory as issued
		volumes == [{"name": "certificate", "emptyDir": {"medium": "Memory"}}]
	}
}

_parts(entry, inventory) := parts if {
	storage := {"resource": "orders-marts", "entry": entry}
	arguments := postgres_certificate.arguments(storage)
	mounts := postgres_certificate.mounts(storage)
	volumes := postgres_certificate.volumes(storage) with input as fixture.review(fixture.product) with data.inventory as inventory
	init := postgres_certificate.init_containers(storage, "postgres") with input as fixture.review(fixture.product)
		with data.inventory as inventory
	parts := {"arguments": arguments, "mounts": mounts, "volumes": volumes, "init_containers": init}
}
