# METADATA
# schemas:
#   - input: schema["review-data-product"]
#   - data.inventory: schema.inventory
package dappmesh.blueprints.embedded_object_store

import data.dappmesh.blueprints.lib.bucket
import data.dappmesh.blueprints.lib.canonical
import data.dappmesh.blueprints.lib.component
import data.dappmesh.blueprints.lib.priority
import data.dappmesh.blueprints.lib.volume

# METADATA
# title: Embedded object store
# description: SeaweedFS on one volume, reached by the S3 protocol, with a bucket and the identities of its readers.
# entrypoint: true
# custom:
#   kinds: [DataProduct]
#   makes: [v1/Secret, v1/ConfigMap, v1/Service, v1/PersistentVolumeClaim, apps/v1/StatefulSet]
#   inventory:
#     - Domain.spec.meshRef
#     - Mesh.spec.engineDefaults
#     - Mesh.spec.tiers
#     - EngineClass.spec.role
#     - EngineClass.spec.blueprint
#     - EngineClass.spec.parameters
output contains {"object": object} if {
	some store in component.of("embedded-object-store")
	some object in [_keys(store), _settings(store), _service(store), _claim(store), _server(store)]
}

_keys(store) := {
	"apiVersion": "v1",
	"kind": "Secret",
	"metadata": object.union(_metadata(store), {"annotations": {"dappmesh.io/generate": "access-key,secret-key"}}),
	"type": "Opaque",
}

_settings(store) := {
	"apiVersion": "v1",
	"kind": "ConfigMap",
	"metadata": _metadata(store),
	"data": {"identities.json": _identities(store), "serve.sh": _serve},
}

# Keys stand as marks, which the pod replaces by what the Secrets hold: nothing secret leaves them.
_identities(store) := canonical.text({"identities": array.concat([_identity(store, ["Admin"])], readers)}) if {
	readers := [_identity(reader, [$"Read:{folder}*", $"List:{folder}*"]) |
		some [_, reader] in sort([[reader.resource, reader] | some reader in bucket.readers(store)])
		folder := $"{bucket.name(store)}/{bucket.prefix(reader)}"
	]
}

_identity(owner, actions) := {
	"name": owner.resource,
	"credentials": [{"accessKey": $"@{owner.resource}/access-key@", "secretKey": $"@{owner.resource}/secret-key@"}],
	"actions": actions,
}

# Generated keys are letters and digits, so they need no quoting. The bucket is made where it is not there yet.
_serve := `set -eu
cp /etc/store/identities.json /run/store/identities.json
for owner in /etc/keys/*; do
  for key in access-key secret-key; do
    sed -i "s|@${owner##*/}/$key@|$(cat "$owner/$key")|" /run/store/identities.json
  done
done
shell() { weed shell -master=127.0.0.1:9333 -filer=127.0.0.1:8888; }
until echo s3.bucket.list | shell | grep -qw -- "$BUCKET"; do
  echo "s3.bucket.create -name=$BUCKET" | shell || true
  sleep 2
done
exec weed s3 -filer=127.0.0.1:8888 -ip.bind=0.0.0.0 -port=8333 -config=/run/store/identities.json
`

_service(store) := {
	"apiVersion": "v1",
	"kind": "Service",
	"metadata": _metadata(store),
	# One pod, found by its name: an address of its own would be one more for the cluster to give out.
	"spec": {
		"clusterIP": "None",
		"selector": _selector(store),
		"ports": [{"name": "s3", "port": bucket.port, "targetPort": "s3", "appProtocol": "http"}],
	},
}

_claim(store) := volume.claim(store, _labels(store), "10Gi")

_server(store) := {
	"apiVersion": "apps/v1",
	"kind": "StatefulSet",
	"metadata": _metadata(store),
	"spec": {
		"replicas": 1,
		"serviceName": store.resource,
		"selector": {"matchLabels": _selector(store)},
		"template": {
			"metadata": {
				"labels": _labels(store),
				"annotations": {"dappmesh.io/settings": substring(crypto.sha256(_identities(store)), 0, 16)},
			},
			"spec": _pod(store),
		},
	},
}

# Master, volume server and filer know no users: they listen on the loopback, and only the S3 gateway to the outside.
_pod(store) := object.union(priority.pod, {
	"automountServiceAccountToken": false,
	"enableServiceLinks": false,
	"terminationGracePeriodSeconds": 60,
	"securityContext": {
		"runAsNonRoot": true,
		"runAsUser": 1000,
		"runAsGroup": 1000,
		"fsGroup": 1000,
		"fsGroupChangePolicy": "OnRootMismatch",
		"seccompProfile": {"type": "RuntimeDefault"},
	},
	"containers": [_store_container(store), _gateway_container(store)],
	"volumes": [
		volume.of_pod(store),
		{"name": "settings", "configMap": {"name": store.resource}},
		{"name": "keys", "projected": {"sources": _key_sources(store)}},
		{"name": "run", "emptyDir": {"medium": "Memory", "sizeLimit": "1Mi"}},
		{"name": "store-tmp", "emptyDir": {}},
		{"name": "gateway-tmp", "emptyDir": {}},
	],
})

_store_container(store) := {
	"name": "store",
	"image": _image(store),
	"command": ["weed", "server"],
	"args": [
		"-dir=/data",
		"-ip=127.0.0.1",
		"-ip.bind=127.0.0.1",
		"-filer",
		"-volume.max=0",
		"-master.volumeSizeLimitMB=256",
	],
	"workingDir": "/data",
	"resources": _resources(store),
	"securityContext": _confined,
	"startupProbe": object.union(_asks_filer, {"periodSeconds": 2, "failureThreshold": 60}),
	"livenessProbe": object.union(_asks_filer, {"periodSeconds": 20, "failureThreshold": 6}),
	"volumeMounts": [{"name": "data", "mountPath": "/data"}, {"name": "store-tmp", "mountPath": "/tmp"}],
}

_asks_filer := {
	"exec": {"command": ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8888/healthz"]},
	"timeoutSeconds": 5,
}

_gateway_container(store) := {
	"name": "s3",
	"image": _image(store),
	"command": ["sh", "/etc/store/serve.sh"],
	"env": [{"name": "BUCKET", "value": bucket.name(store)}],
	"ports": [{"name": "s3", "containerPort": bucket.port}],
	"resources": {"requests": {"cpu": "50m", "memory": "128Mi"}, "limits": {"memory": "512Mi"}},
	"securityContext": _confined,
	"startupProbe": object.union(_asks_gateway, {"periodSeconds": 2, "failureThreshold": 90}),
	"readinessProbe": object.union(_asks_gateway, {"periodSeconds": 5}),
	"volumeMounts": [
		{"name": "settings", "mountPath": "/etc/store", "readOnly": true},
		{"name": "keys", "mountPath": "/etc/keys", "readOnly": true},
		{"name": "run", "mountPath": "/run/store"},
		{"name": "gateway-tmp", "mountPath": "/tmp"},
	],
}

_asks_gateway := {"httpGet": {"path": "/status", "port": "s3"}, "timeoutSeconds": 5}

_confined := {
	"allowPrivilegeEscalation": false,
	"readOnlyRootFilesystem": true,
	"capabilities": {"drop": ["ALL"]},
}

_key_sources(store) := [{"secret": {"name": name, "items": items}} |
	some name in sort({owner.resource | some owner in ({store} | bucket.readers(store))})
	items := [{"key": key, "path": $"{name}/{key}"} | some key in ["access-key", "secret-key"]]
]

_image(store) := object.get(store.parameters, "image", "chrislusf/seaweedfs:4.19")

_resources(store) := {"requests": object.filter(given, ["cpu", "memory"]), "limits": object.filter(given, ["memory"])} if {
	given := object.union({"cpu": "100m", "memory": "512Mi"}, store.parameters)
}

_metadata(store) := {"name": store.resource, "labels": _labels(store)}

_labels(store) := component.labelled(store, bucket.program)

_selector(store) := object.filter(_labels(store), ["app.kubernetes.io/name", "app.kubernetes.io/instance"])
