# With what a server encrypts its connections, where its storage entry says so: the certificate of the product where the
# Mesh says who issues them, else one that the pod signs itself whenever it starts.
package dappmesh.blueprints.lib.postgres_certificate

import data.dappmesh.blueprints.lib.component
import data.dappmesh.blueprints.lib.postgres_pod

_folder := "/etc/postgresql-tls"

# Readable by the group that owns the volume, and by nobody else: what PostgreSQL demands of a key. In octal 0640.
_key_mode := 416

arguments(storage) := [argument |
	postgres_pod.is_encrypted(storage.entry)
	some setting in ["ssl=on", $"ssl_cert_file={_folder}/tls.crt", $"ssl_key_file={_folder}/tls.key"]
	some argument in ["-c", setting]
]

mounts(storage) := [{"name": "certificate", "mountPath": _folder, "readOnly": true} | postgres_pod.is_encrypted(storage.entry)]

volumes(storage) := array.concat(
	[{"name": "certificate", "secret": {"secretName": issued.resource, "defaultMode": _key_mode}} |
		postgres_pod.is_encrypted(storage.entry)
		some issued in _issued
	],
	[{"name": "certificate", "emptyDir": {"medium": "Memory"}} | _signs_itself(storage)],
)

init_containers(storage, image) := [postgres_pod.container({
	"name": "certificate",
	"image": image,
	"command": ["sh", "-ec", concat(" ", [
		"umask 077; openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=postgresql",
		$"-addext subjectAltName=DNS:{storage.resource},DNS:{storage.resource}.{component.namespace}.svc",
		$"-keyout {_folder}/tls.key -out {_folder}/tls.crt",
	])],
	"resources": postgres_pod.client_resources({}),
	"volumeMounts": [
		{"name": "certificate", "mountPath": _folder},
		{"name": "tmp", "mountPath": "/tmp"},
	],
}) |
	_signs_itself(storage)
]

_issued := {certificate | some certificate in component.all; certificate.role == "certificate"}

_signs_itself(storage) if {
	postgres_pod.is_encrypted(storage.entry)
	count(_issued) == 0
}
