# The volume of a store that is one pod: a claim of its own. The templates of a StatefulSet cannot be changed, a claim can
# grow where its StorageClass lets it. It outlives the store, as data should.
package dappmesh.blueprints.lib.volume

claim(store, labels, size) := {
	"apiVersion": "v1",
	"kind": "PersistentVolumeClaim",
	"metadata": {"name": store.resource, "labels": labels, "annotations": {"dappmesh.io/prune": "disabled"}},
	"spec": object.union(
		{
			"accessModes": ["ReadWriteOnce"],
			"resources": {"requests": {"storage": object.get(store.entry, "size", size)}},
		},
		{"storageClassName": name | name := store.parameters.storageClassName},
	),
}

# The claim as a volume of the pod.
of_pod(store) := {"name": "data", "persistentVolumeClaim": {"claimName": store.resource}}
