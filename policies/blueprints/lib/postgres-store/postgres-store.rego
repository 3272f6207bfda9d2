# The SQL that brings the database of one storage entry to what its product asks for: tables of the contracts that it
# holds, a schema for each input where flows run, and what its ports show. One transaction that may run any time again.
package dappmesh.blueprints.lib.postgres_store

import data.dappmesh.blueprints.lib.component
import data.dappmesh.blueprints.lib.openapi
import data.dappmesh.blueprints.lib.postgres
import data.dappmesh.blueprints.lib.postgres_port
import data.dappmesh.blueprints.lib.postgres_setup
import data.dappmesh.blueprints.lib.postgres_table

# Schema of the tables, named after the storage entry.
schema(storage) := postgres.snake(storage.name)

# True for a store of this family.
is_embedded(storage) if storage in _stores

# What may not be the name of a store, or of an input where flows run: the schema exists for something else.
is_taken(name) if name in {"dappmesh", "information_schema", "public"}

is_taken(name) if startswith(name, "pg_")

is_taken(name) if startswith(name, postgres.port_prefix)

# The contracts whose tables a store holds: those of its ports, and where flows run, those of the model.
contracts(storage) := {component.contract(port) | some port in postgres_port.of_store(storage)} | {found |
	runs_flows(storage)
	some step in component.product.spec.model.schemas
	found := component.contract({"entry": step})
}

# Flows run in the store that the processing entries name, else in the first that fits.
runs_flows(storage) if {
	some process in _processes
	component.storage(process).name == storage.name
}

_processes contains process if {
	some process in component.all
	process.section == "processing"
}

# A product that runs nothing yet has its tables where flows would run.
_processes contains {"role": "workflow", "parameters": {}} if {
	every process in component.all {
		process.section != "processing"
	}
}

# Passwords that the migration sets, in the order of their variables `secret_0`, `secret_1`, …
logins(storage) := [login | some port in _sorted[storage.resource]; some login in postgres_port.logins(port)]

# What follows is the same whoever asks, and long: rules, unlike functions, are evaluated once.
_stores := component.of("embedded-postgres")

_sorted[storage.resource] := ports if {
	some storage in _stores
	ports := [port | some [_, port] in sort([[port.name, port] | some port in postgres_port.of_store(storage)])]
}

# The whole migration. Last it leaves the digest of the tables, which flows wait for.
sql(storage) := _migrations[storage.resource]

_migrations[storage.resource] := concat("\n", array.flatten([
	_settings,
	[$"\\getenv secret_{i} SECRET_{i}" | some i, _ in logins(storage)],
	"begin;",
	"select pg_advisory_xact_lock(hashtext('dappmesh'));",
	postgres_setup.sql,
	_roles(storage),
	_content[storage.resource],
	[_port(storage, port) | some port in _sorted[storage.resource]],
	"delete from dappmesh.migration;",
	$"insert into dappmesh.migration (digest) values ('{tables_digest(storage)}');",
	# Whoever serves from here reads its tables anew.
	"notify pgrst, 'reload schema';",
	"commit;",
	"",
])) if {
	some storage in _stores
}

# The same as long as tables and inputs are, whoever may read them.
tables_digest(storage) := _digests[storage.resource]

_digests[resource] := crypto.sha256(content) if some resource, content in _content

_content[storage.resource] := concat("\n", array.concat(_tables(storage), _inputs(storage))) if {
	some storage in _stores
}

_settings := [
	"\\set ON_ERROR_STOP on",
	"set client_min_messages to warning;",
	# A password in a statement that fails would else be written to the log.
	"set log_min_error_statement to panic;",
	"set standard_conforming_strings to on;",
	"set lock_timeout to '30s';",
	"\\getenv owner_password OWNER_PASSWORD",
	"\\getenv pseudonym_key PSEUDONYM_KEY",
]

_roles(storage) := [
	"delete from dappmesh.pseudonym;",
	"insert into dappmesh.pseudonym values (:'pseudonym_key');",
	$"revoke all on database {database} from public;",
	$"select dappmesh.reader('{postgres.owner}', :'owner_password', -1);",
	$"select dappmesh.reader('{postgres_setup.group}', null, -1);",
	$"grant temporary on database {database} to {postgres.owner};",
	$"grant usage on schema dappmesh to {postgres.owner};",
	$"grant select on dappmesh.migration, dappmesh.pseudonym to {postgres.owner};",
	$"grant select, insert, update on dappmesh.run to {postgres.owner};",
	$"alter role {postgres.owner} in database {database} set search_path to {postgres.identifier(schema(storage))}, public;",
	$"select dappmesh.close({_array(postgres_port.roles(postgres_port.of_store(storage)))});",
] if {
	database := postgres.identifier(postgres.database(component.product.metadata.name))
}

_array(names) := $"array[{postgres.literals(sort(names))}]::text[]"

_tables(storage) := array.flatten([
	$"create schema if not exists {name} authorization {postgres.owner};",
	$"comment on schema {name} is {postgres.literal(object.get(storage.entry, "description", ""))};",
	$"set local role {postgres.owner};",
	[postgres_table.sql(schema(storage), table) | some table in postgres_table.tables(contracts(storage))],
	"reset role;",
]) if {
	name := postgres.identifier(schema(storage))
}

# A schema for each input. The pipelines fill those of ports; those of source systems are filled by whoever loads them.
_inputs(storage) := array.flatten([
	"create extension if not exists postgres_fdw;",
	$"grant usage on foreign data wrapper postgres_fdw to {postgres.owner};",
	[statement |
		some input_port in component.product.spec.inputPorts
		name := postgres.identifier(postgres.snake(input_port.name))
		some statement in [
			$"create schema if not exists {name} authorization {postgres.owner};",
			$"comment on schema {name} is {postgres.literal(object.get(input_port, "description", ""))};",
		]
	],
]) if {
	runs_flows(storage)
}

_inputs(storage) := [] if not runs_flows(storage)

_port(storage, port) := postgres_port.sql(port, schema(storage), _secrets(storage, port), _extra(port))

_secrets(storage, port) := [$"secret_{i}" | some i, login in logins(storage); login.secret == port.resource]

_extra(port) := [] if port.role != "rest"

# The answer of the REST port to a request for `/`.
_extra(port) := [$"create function {function}() returns json language sql stable return {postgres.literal(openapi.text(port))}::json;"] if {
	port.role == "rest"
	function := postgres.qualified(postgres.port_schema(port.name), openapi.root)
}
