# What a port shows of the tables, and to whom. Each port has a schema with one view for each table of its contract, a
# role of its own that may read them, and a role for each consumer whose agreement is in force.
# Columns of a class without raw access are shown as pseudonyms: text by a keyed hash, so that equal values stay equal
# and can be joined and grouped; anything else as null. Where the contract gives the column an encrypted name, the
# pseudonym also stands under that.
package dappmesh.blueprints.lib.postgres_port

import data.dappmesh.blueprints.lib.access
import data.dappmesh.blueprints.lib.component
import data.dappmesh.blueprints.lib.postgres
import data.dappmesh.blueprints.lib.postgres_setup
import data.dappmesh.blueprints.lib.postgres_table

_blueprints := {"embedded-sql", "embedded-rest"}

# Connections that a role may have at a time, unless a parameter says otherwise.
_connections := 20

_unlimited := -1

_reserved := {postgres.superuser, postgres.owner, postgres_setup.group, "public", "none", "current_user", "session_user"}

# The ports that show the tables of a store.
of_store(storage) := {port | some [port, store] in _served; store == storage.resource}

_served contains [port, component.storage(port).resource] if {
	some blueprint in _blueprints
	some port in component.of(blueprint)
}

# The roles that log in to read a port, each with the place of its password.
logins(port) := array.concat(
	[{"role": postgres.port_role(port.name), "secret": port.resource, "key": "password"}],
	[{"role": role, "secret": port.resource, "key": role} | some role in sort(_consumers(port))],
)

# Whoever reads over REST does so as the port itself.
_consumers(port) := {postgres.consumer_role(grant.namespace, grant.product, port.name) |
	port.role == "sql"
	some grant in access.in_force(port.name)
}

# Roles that a contract names for reading. They cannot log in: members of the product's team are added by hand.
# Reserved is what PostgreSQL would read, not what is written.
_contract_roles(port) := {name |
	some role in component.contract(port).spec.odcs.roles
	lower(object.get(role, "access", "")) == "read"
	name := postgres.shortened(role.role)
	not _is_reserved(name)
}

_is_reserved(role) if role in _reserved

_is_reserved(role) if startswith(role, "pg_")

_is_reserved(role) if startswith(role, postgres.port_prefix)

_is_reserved(role) if contains(role, ".")

# All roles that should exist for a set of ports.
roles(ports) := {role |
	some port in ports
	some role in _roles(port)
}

_roles(port) := {login.role | some login in logins(port)} | _contract_roles(port)

# The columns that a port shows of a table: `{"name", "type", "property", "expression"}`.
columns(table) := array.concat(
	[object.union(column, {"type": _shown_type(column), "expression": _expression(column)}) | some column in table.columns],
	[{"name": name, "type": "text", "required": column.required, "property": column.property, "expression": _pseudonym(column)} |
		some i, [name, column] in encrypted
		not name in taken
		not name in {earlier | some j, [earlier, _] in encrypted; j < i}
	],
) if {
	taken := {column.name | some column in table.columns}
	encrypted := [[postgres.shortened(column.property.encryptedName), column] |
		some column in table.columns
		is_protected(column)
		column.property.encryptedName
	]
}

# A column whose class the Mesh bars from raw access. A column without a class counts as the most sensitive one.
is_protected(column) if object.get(column.property, "classification", _most_sensitive) in _barred

_barred := {class.name | some class in component.mesh.spec.classifications; class.noRawAccess == true}

default _most_sensitive := ""

_most_sensitive := class.name if {
	classes := component.mesh.spec.classifications
	class := classes[count(classes) - 1]
}

_shown_type(column) := column.type if not is_protected(column)

_shown_type(column) := "text" if {
	is_protected(column)
	postgres_table.is_text(column.type)
}

_shown_type(column) := column.type if not postgres_table.is_text(column.type)

_expression(column) := postgres.identifier(column.name) if not is_protected(column)

_expression(column) := _pseudonym(column) if {
	is_protected(column)
	postgres_table.is_text(column.type)
}

_expression(column) := $"null::{column.type}" if {
	is_protected(column)
	not postgres_table.is_text(column.type)
}

_pseudonym(column) := $"encode(sha256(convert_to((select key from dappmesh.pseudonym) || {postgres.identifier(column.name)}::text, 'UTF8')), 'hex')"

# The SQL of a port. `secrets` are the names of the variables that hold the passwords of its logins, `extra` is SQL that
# the blueprint of the port adds to its schema.
sql(port, store_schema, secrets, extra) := concat("\n", array.flatten([
	$"create schema {schema} authorization {postgres.owner};",
	$"comment on schema {schema} is {postgres.literal(object.get(port.entry, "description", ""))};",
	$"set local role {postgres.owner};",
	[statement |
		some table in postgres_table.tables({component.contract(port)})
		some statement in _view(postgres.port_schema(port.name), store_schema, table)
	],
	extra,
	"reset role;",
	[statement |
		some i, login in logins(port)
		some statement in _login(port, login, secrets[i])
	],
	$"grant usage on schema {schema} to {role};",
	$"grant select on all tables in schema {schema} to {role};",
	[$"grant {role} to {postgres.identifier(login.role)};" |
		some login in logins(port)
		login.role != postgres.port_role(port.name)
	],
	[statement |
		some name in sort(_contract_roles(port))
		some statement in [
			$"select dappmesh.reader({postgres.literal(name)}, null, -1);",
			$"grant {postgres_setup.group}, {role} to {postgres.identifier(name)};",
		]
	],
])) if {
	schema := postgres.identifier(postgres.port_schema(port.name))
	role := postgres.identifier(postgres.port_role(port.name))
}

_view(schema, store_schema, table) := array.concat(
	[
		concat("\n", [
			$"create view {name} as select",
			concat(",\n", [$"  {column.expression} as {postgres.identifier(column.name)}" | some column in shown]),
			$"from {postgres.qualified(store_schema, table.name)};",
		]),
		$"comment on view {name} is {postgres.literal(table.description)};",
	],
	[$"comment on column {name}.{postgres.identifier(column.name)} is {postgres.literal(description)};" |
		some column in shown
		description := object.get(column.property, "description", "")
	],
) if {
	name := postgres.qualified(schema, table.name)
	shown := columns(table)
}

_login(port, login, secret) := [
	$"select dappmesh.reader({postgres.literal(login.role)}, :'{secret}', {limit});",
	$"grant {postgres_setup.group} to {role};",
	$"alter role {role} in database {database} set search_path to {postgres.identifier(postgres.port_schema(port.name))};",
	$"alter role {role} in database {database} set default_transaction_read_only to on;",
] if {
	role := postgres.identifier(login.role)
	database := postgres.identifier(postgres.database(component.product.metadata.name))
	limit := _limit(port)
}

_limit(port) := object.get(port.parameters, "connectionLimit", _connections) if port.role == "sql"

# The pool of each replica is the limit.
_limit(port) := _unlimited if port.role != "sql"
