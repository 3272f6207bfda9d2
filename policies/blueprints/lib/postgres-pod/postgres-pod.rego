# Pods around PostgreSQL: as pod security `restricted` wants them, and how a client in one finds its database.
package dappmesh.blueprints.lib.postgres_pod

import data.dappmesh.blueprints.lib.canonical
import data.dappmesh.blueprints.lib.component
import data.dappmesh.blueprints.lib.postgres
import data.dappmesh.blueprints.lib.priority

# User `postgres` of the official images that are built on Debian.
_uid := 999

# What a client gets that states nothing.
_client_resources := {"cpu": "50m", "memory": "64Mi"}

_name_digest_length := 10

# What all pods of this family have in common.
spec(parts) := object.union_n([
	priority.pod,
	{
		"automountServiceAccountToken": false,
		"enableServiceLinks": false,
		"securityContext": {
			"runAsNonRoot": true,
			"runAsUser": _uid,
			"runAsGroup": _uid,
			"fsGroup": _uid,
			"fsGroupChangePolicy": "OnRootMismatch",
			"seccompProfile": {"type": "RuntimeDefault"},
		},
	},
	parts,
])

container(parts) := object.union(
	{"securityContext": {
		"allowPrivilegeEscalation": false,
		"readOnlyRootFilesystem": true,
		"capabilities": {"drop": ["ALL"]},
	}},
	parts,
)

# Memory is limited to what is asked for; processor time is not, since what is idle may be used.
resources(parameters, fallback) := {
	"requests": {"cpu": object.get(parameters, "cpu", fallback.cpu), "memory": memory},
	"limits": {"memory": memory},
} if {
	memory := object.get(parameters, "memory", fallback.memory)
}

client_resources(parameters) := resources(parameters, _client_resources)

is_encrypted(entry) if entry.encryption.inTransit == true

sslmode(entry) := "require" if is_encrypted(entry)

sslmode(entry) := "prefer" if not is_encrypted(entry)

# How libpq in a pod reaches a store as a role, with the password in a key of a Secret.
client_env(storage, role, password) := [
	{"name": "PGHOST", "value": storage.resource},
	{"name": "PGPORT", "value": format_int(postgres.port, 10)},
	{"name": "PGDATABASE", "value": postgres.database(component.product.metadata.name)},
	{"name": "PGUSER", "value": role},
	secret_env("PGPASSWORD", password),
	{"name": "PGSSLMODE", "value": sslmode(storage.entry)},
	{"name": "PGCONNECT_TIMEOUT", "value": "10"},
]

secret_env(name, key) := {"name": name, "valueFrom": {"secretKeyRef": key}}

# A Job cannot be changed, so its name follows what it does.
job(owner, labels, job_spec) := {
	"apiVersion": "batch/v1",
	"kind": "Job",
	"metadata": {"name": $"{owner.resource}-{digest}", "labels": labels},
	"spec": job_spec,
} if {
	digest := substring(canonical.digest(job_spec), 0, _name_digest_length)
}
