# METADATA
# schemas:
#   - input: schema["review-data-product"]
#   - data.inventory: schema.inventory
#   - data.index: schema["index"]
package dappmesh.blueprints.embedded_postgres

import data.dappmesh.blueprints.lib.component
import data.dappmesh.blueprints.lib.postgres
import data.dappmesh.blueprints.lib.postgres_certificate
import data.dappmesh.blueprints.lib.postgres_pod
import data.dappmesh.blueprints.lib.postgres_store
import data.dappmesh.blueprints.lib.volume

# METADATA
# title: Embedded PostgreSQL
# description: PostgreSQL as one StatefulSet, with the tables, comments, checks and grants that the contracts describe.
# entrypoint: true
# custom:
#   kinds: [DataProduct]
#   makes: [v1/Secret, v1/Service, v1/ConfigMap, v1/PersistentVolumeClaim, apps/v1/StatefulSet, batch/v1/Job]
#   inventory:
#     - Domain.spec.meshRef
#     - Mesh.spec.engineDefaults
#     - Mesh.spec.tiers
#     - Mesh.spec.classifications
#     - EngineClass.spec.role
#     - EngineClass.spec.blueprint
#     - EngineClass.spec.parameters
#     - AccessAgreement.spec.provider
#     - AccessAgreement.spec.consumer
#     - AccessAgreement.spec.state
#     - AccessAgreement.spec.start
#     - AccessAgreement.spec.end
output contains {"object": object} if {
	some storage in _stores
	_is_buildable(storage)
	some object in [_secret(storage), _service(storage), _config(storage), _claim(storage), _server(storage), _migration(storage)]
}

output contains {"waitsFor": {"path": array.concat(storage.path, ["name"]), "message": fault}} if {
	some storage in _stores
	some fault in _faults(storage)
}

_stores := component.of("embedded-postgres")

_is_buildable(storage) if count(_faults(storage)) == 0

_faults(storage) := {$"a schema of the database is called \"{postgres_store.schema(storage)}\" already; rename the storage" |
	postgres_store.is_taken(postgres_store.schema(storage))
} | {fault |
	postgres_store.runs_flows(storage)
	some input_port in component.product.spec.inputPorts
	some fault in _input_faults(storage, input_port)
}

_input_faults(storage, input_port) := {$"storage and input port \"{input_port.name}\" would share a schema; rename one" |
	postgres.snake(input_port.name) == postgres_store.schema(storage)
} | {$"a schema of the database is called \"{postgres.snake(input_port.name)}\" already; rename the input port" |
	postgres_store.is_taken(postgres.snake(input_port.name))
}

_superuser_key := "superuser-password"

_owner_key := "owner-password"

_pseudonym_key := "pseudonym-key"

_default_image := "postgres:15-bookworm"

_default_size := "1Gi"

_default_resources := {"cpu": "250m", "memory": "512Mi"}

_server_labels(storage) := component.labelled(storage, "postgresql")

_metadata(storage) := {"name": storage.resource, "labels": _server_labels(storage)}

_secret(storage) := {
	"apiVersion": "v1",
	"kind": "Secret",
	"metadata": object.union(_metadata(storage), {"annotations": {"dappmesh.io/generate": $"{_superuser_key},{_owner_key},{_pseudonym_key}"}}),
	"type": "Opaque",
}

_service(storage) := {
	"apiVersion": "v1",
	"kind": "Service",
	"metadata": _metadata(storage),
	# One pod, found by its name: an address of its own would be one more for the cluster to give out.
	"spec": {
		"clusterIP": "None",
		"selector": _selector(storage),
		"ports": [{"name": "postgresql", "port": postgres.port, "targetPort": "postgresql", "protocol": "TCP"}],
	},
}

_selector(storage) := object.filter(_server_labels(storage), ["app.kubernetes.io/name", "app.kubernetes.io/instance"])

_config(storage) := {
	"apiVersion": "v1",
	"kind": "ConfigMap",
	"metadata": _metadata(storage),
	"data": {"pg_hba.conf": _access_rules(storage), "schema.sql": postgres_store.sql(storage)},
}

# Who is inside the container is the server already; everyone else shows a password, over TLS where the entry says so.
_access_rules(storage) := $"local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\nhost all all ::1/128 scram-sha-256\n{_remote(storage)} all all all scram-sha-256\n"

_remote(storage) := "hostssl" if postgres_pod.is_encrypted(storage.entry)

_remote(storage) := "host" if not postgres_pod.is_encrypted(storage.entry)

_server(storage) := {
	"apiVersion": "apps/v1",
	"kind": "StatefulSet",
	"metadata": _metadata(storage),
	"spec": {
		"serviceName": storage.resource,
		"replicas": 1,
		"selector": {"matchLabels": _selector(storage)},
		"template": {
			"metadata": {
				"labels": _server_labels(storage),
				# PostgreSQL reads the file when it starts.
				"annotations": {"dappmesh.io/config": substring(crypto.sha256(_access_rules(storage)), 0, 16)},
			},
			"spec": postgres_pod.spec({
				"terminationGracePeriodSeconds": 60,
				"initContainers": postgres_certificate.init_containers(storage, _image(storage)),
				"containers": [_container(storage)],
				"volumes": array.concat(
					[
						volume.of_pod(storage),
						{"name": "config", "configMap": {"name": storage.resource, "items": [{"key": "pg_hba.conf", "path": "pg_hba.conf"}]}},
						{"name": "run", "emptyDir": {}},
						{"name": "tmp", "emptyDir": {}},
					],
					postgres_certificate.volumes(storage),
				),
			}),
		},
	},
}

_claim(storage) := volume.claim(storage, _server_labels(storage), _default_size)

_container(storage) := postgres_pod.container({
	"name": "postgresql",
	"image": _image(storage),
	"args": array.concat(["-c", "hba_file=/etc/postgresql/pg_hba.conf"], postgres_certificate.arguments(storage)),
	"env": [
		{"name": "POSTGRES_USER", "value": postgres.superuser},
		postgres_pod.secret_env("POSTGRES_PASSWORD", {"name": storage.resource, "key": _superuser_key}),
		{"name": "POSTGRES_DB", "value": _database},
		{"name": "POSTGRES_INITDB_ARGS", "value": "--auth-host=scram-sha-256 --encoding=UTF8 --data-checksums"},
		{"name": "PGDATA", "value": "/var/lib/postgresql/data/pgdata"},
	],
	"ports": [{"name": "postgresql", "containerPort": postgres.port, "protocol": "TCP"}],
	"lifecycle": {"postStart": {"exec": {"command": ["sh", "-c", _take_password]}}},
	"resources": postgres_pod.resources(storage.parameters, _default_resources),
	"startupProbe": _probe(5, 120),
	"readinessProbe": _probe(10, 3),
	"livenessProbe": _probe(20, 6),
	"volumeMounts": array.concat(
		[
			{"name": "data", "mountPath": "/var/lib/postgresql/data"},
			{"name": "config", "mountPath": "/etc/postgresql", "readOnly": true},
			{"name": "run", "mountPath": "/var/run/postgresql"},
			{"name": "tmp", "mountPath": "/tmp"},
		],
		postgres_certificate.mounts(storage),
	),
})

# The image sets the password when it makes an empty volume a database, and never again; the volume may be older than
# the Secret. Over the socket no password is asked for. Before this is done, nobody takes the server for started.
_take_password := $`until psql -X -q -U {postgres.superuser} -d postgres -v ON_ERROR_STOP=1 <<'SQL'
\getenv password POSTGRES_PASSWORD
set log_min_error_statement to panic;
alter role {postgres.superuser} password :'password';
SQL
do sleep 1; done
`

# While the image sets the database up, its server listens on a socket only: asked over the network, it is not ready.
_probe(period, failures) := {
	"exec": {"command": ["pg_isready", "-q", "-h", "127.0.0.1", "-U", postgres.superuser, "-d", _database]},
	"periodSeconds": period,
	"timeoutSeconds": 5,
	"failureThreshold": failures,
}

_database := postgres.database(component.product.metadata.name)

_image(storage) := object.get(storage.parameters, "image", _default_image)

# Brings the database to what the contracts say; runs again whenever that changes.
_migration(storage) := postgres_pod.job(storage, labels, {
	"backoffLimit": 10,
	"template": {
		"metadata": {
			"labels": labels,
			"annotations": {"dappmesh.io/migration": crypto.sha256(postgres_store.sql(storage))},
		},
		"spec": postgres_pod.spec({
			"restartPolicy": "Never",
			"containers": [postgres_pod.container({
				"name": "migrate",
				"image": _image(storage),
				"command": ["sh", "-ec", "until pg_isready -q; do sleep 2; done; exec psql -X -q -o /dev/null -f /sql/schema.sql"],
				"env": array.flatten([
					postgres_pod.client_env(storage, postgres.superuser, {"name": storage.resource, "key": _superuser_key}),
					postgres_pod.secret_env("OWNER_PASSWORD", {"name": storage.resource, "key": _owner_key}),
					postgres_pod.secret_env("PSEUDONYM_KEY", {"name": storage.resource, "key": _pseudonym_key}),
					[postgres_pod.secret_env($"SECRET_{i}", {"name": login.secret, "key": login.key}) |
						some i, login in postgres_store.logins(storage)
					],
				]),
				"resources": postgres_pod.client_resources({}),
				"volumeMounts": [
					{"name": "sql", "mountPath": "/sql", "readOnly": true},
					{"name": "tmp", "mountPath": "/tmp"},
				],
			})],
			"volumes": [
				{"name": "sql", "configMap": {"name": storage.resource, "items": [{"key": "schema.sql", "path": "schema.sql"}]}},
				{"name": "tmp", "emptyDir": {}},
			],
		}),
	},
}) if {
	labels := component.labelled(storage, "psql")
}
