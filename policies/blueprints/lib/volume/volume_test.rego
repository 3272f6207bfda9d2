package dappmesh.blueprints.lib.volume_test

import data.dappmesh.blueprints.lib.volume

test_claim_is_as_large_as_the_entry_says_and_outlives_it if {
	claim := volume.claim(_store({"size": "7Gi"}, {}), {"a": "b"}, "1Gi")
	claim.metadata == {"name": "orders-marts", "labels": {"a": "b"}, "annotations": {"dappmesh.io/prune": "disabled"}}
	claim.spec == {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "7Gi"}}}
}

test_claim_has_the_size_and_class_of_its_kind_of_store if {
	claim := volume.claim(_store({}, {"storageClassName": "fast"}), {}, "1Gi")
	claim.spec.resources.requests.storage == "1Gi"
	claim.spec.storageClassName == "fast"
}

test_pod_mounts_its_claim if {
	volume.of_pod(_store({}, {})) == {"name": "data", "persistentVolumeClaim": {"claimName": "orders-marts"}}
}

_store(entry, parameters) := {"resource": "orders-marts", "entry": entry, "parameters": parameters}
