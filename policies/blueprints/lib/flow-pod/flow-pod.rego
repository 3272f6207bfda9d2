# What runs flows: the template of a Job with their files, as the owner of the tables.
package dappmesh.blueprints.lib.flow_pod

import data.dappmesh.blueprints.lib.component
import data.dappmesh.blueprints.lib.flow
import data.dappmesh.blueprints.lib.flow_input
import data.dappmesh.blueprints.lib.postgres
import data.dappmesh.blueprints.lib.postgres_pod

_default_image := "postgres:15-bookworm"

config(process) := {
	"apiVersion": "v1",
	"kind": "ConfigMap",
	"metadata": {"name": process.resource, "labels": labels(process)},
	"data": flow.files[process.resource],
}

labels(process) := component.labelled(process, "psql")

# What runs: the template of a Job. Its annotation changes with the files, so that a Job made of it does too.
job(process) := {
	"backoffLimit": flow.retries(process),
	"template": {
		"metadata": {
			"labels": labels(process),
			"annotations": {"dappmesh.io/flows": _files_digest(process)},
		},
		"spec": postgres_pod.spec({
			"restartPolicy": "Never",
			"containers": [postgres_pod.container({
				"name": "flows",
				"image": object.get(process.parameters, "image", _default_image),
				"command": ["sh", "/sql/run.sh"],
				"env": array.concat(
					postgres_pod.client_env(storage, postgres.owner, {"name": storage.resource, "key": "owner-password"}),
					[flow_input.password(found) | some found in flow.inputs(process)],
				),
				"resources": postgres_pod.client_resources(process.parameters),
				"volumeMounts": [
					{"name": "sql", "mountPath": "/sql", "readOnly": true},
					{"name": "tmp", "mountPath": "/tmp"},
				],
			})],
			"volumes": [
				{"name": "sql", "configMap": {"name": process.resource}},
				{"name": "tmp", "emptyDir": {}},
			],
		}),
	},
} if {
	storage := component.storage(process)
}

_files_digest(process) := crypto.sha256(concat(" ", [crypto.sha256(given[file]) | some file in sort(object.keys(given))])) if {
	given := flow.files[process.resource]
}
