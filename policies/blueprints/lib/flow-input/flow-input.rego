# Inputs that are SQL ports of other products: their tables appear in the schema of the input as foreign tables, through
# the role that the provider made for this product, and only while the agreement is in force.
# The role's password is in the Secret of the provider's port. Where provider and consumer share a namespace it is read
# there; else the reconciler copies it into the Secret `<product>-<input>-input`, key `password`. Until it is there the
# input has no tables and its flows wait.
package dappmesh.blueprints.lib.flow_input

import data.dappmesh.blueprints.lib.access
import data.dappmesh.blueprints.lib.canonical
import data.dappmesh.blueprints.lib.component
import data.dappmesh.blueprints.lib.naming
import data.dappmesh.blueprints.lib.postgres
import data.dappmesh.blueprints.lib.postgres_pod

# The inputs from ports of blueprint embedded-sql: `{"port": <input port>, "product": <spec of the provider>, "source": <its port>}`.
of_ports contains {"port": input_port, "product": provider, "source": source} if {
	some input_port in component.product.spec.inputPorts
	provider := data.inventory.DataProduct[input_port.from.namespace][input_port.from.product].spec
	some source in provider.outputPorts
	source.name == input_port.from.port
	source.type == "sql"
	data.inventory.EngineClass[_class(provider, source)].spec.blueprint == "embedded-sql"
}

_class(_, source) := source.engineClass

_class(provider, source) := data.inventory.Mesh[mesh].spec.engineDefaults.sql if {
	not source.engineClass
	mesh := data.inventory.Domain[provider.domainRef].spec.meshRef
}

# The SQL that brings the tables of an input, or takes them away.
sql(found) := $"drop server if exists {_server(found)} cascade;\n" if not _is_allowed(found)

sql(found) := concat("\n", [
	$"\\getenv secret {_variable(found)}",
	"\\if :{?secret}",
	"select exists (select from pg_user_mappings m join pg_foreign_server s on s.oid = m.srvid",
	$"  where s.srvname = {postgres.literal(_server_name(found))} and 'password=' || :'secret' = any (m.umoptions)",
	$"    and obj_description(s.oid, 'pg_foreign_server') = {digest}",
	"    and exists (select from pg_foreign_table t where t.ftserver = s.oid)) as known \\gset",
	"\\if :known",
	"\\else",
	"set client_min_messages to warning;",
	$"drop server if exists {_server(found)} cascade;",
	connection,
	$"comment on server {_server(found)} is {digest};",
	$"create user mapping for current_user server {_server(found)} options (user {role}, password :'secret');",
	$"import foreign schema {postgres.identifier(postgres.port_schema(found.source.name))} from server {_server(found)} into {schema};",
	"\\endif",
	"\\else",
	$"\\warn no password for input {found.port.name} yet",
	"\\endif",
	"",
]) if {
	_is_allowed(found)
	connection := _connection(found)

	# Tables are taken over anew when this product is built against another version of the contract.
	digest := postgres.literal(canonical.digest([connection, object.get(found.port, "contractRef", {})]))
	role := postgres.literal(_role(found))
	schema := postgres.identifier(postgres.snake(found.port.name))
}

# The provider's name for the role of this product.
_role(found) := postgres.consumer_role(component.namespace, component.product.metadata.name, found.source.name)

_is_allowed(found) if {
	some grant in access.received
	grant.namespace == found.port.from.namespace
	grant.product == found.port.from.product
	grant.port == found.port.from.port
}

_connection(found) := concat("", [
	$"create server {_server(found)} foreign data wrapper postgres_fdw options (host {postgres.literal(_host(found))}, ",
	$"port '{postgres.port}', dbname {postgres.literal(postgres.database(found.port.from.product))}, sslmode '{_sslmode(found)}', ",
	"connect_timeout '10', fetch_size '10000');",
])

_server_name(found) := postgres.snake(found.port.name)

_server(found) := postgres.identifier(_server_name(found))

_host(found) := $"{_resource(found)}.{found.port.from.namespace}.svc"

# The name of the provider's Service and Secret, as lib/component gives it there.
_resource(found) := naming.resource(_full_name(found)) if not _is_shared(found)

_resource(found) := naming.marked(_full_name(found), json.marshal([_full_name(found), "outputPorts"])) if _is_shared(found)

_full_name(found) := $"{found.port.from.product}-{found.port.from.port}"

_is_shared(found) if {
	some section in ["storage", "processing"]
	some entry in found.product[section]
	entry.name == found.source.name
}

_sslmode(found) := postgres_pod.sslmode(_store(found))

# The store that the port serves, chosen as lib/component does.
_store(found) := [entry |
	some entry in found.product.storage
	entry.name == found.source.parameters.storage
][0]

_store(found) := array.concat(
	[entry |
		some role in ["analytics", "operational", "object"]
		some entry in found.product.storage
		entry.role == role
	],
	[{}],
)[0] if {
	not found.source.parameters.storage
}

# The copy of the password of an input from another namespace, for as long as the agreement is in force.
secret(found) := {
	"apiVersion": "v1",
	"kind": "Secret",
	"metadata": {
		"name": _place(found).name,
		"labels": {
			"dappmesh.io/product": naming.label(component.product.metadata.name),
			"dappmesh.io/domain": naming.label(component.product.spec.domainRef),
		},
		"annotations": object.union(access.annotations, {"dappmesh.io/copy": $"password={found.port.from.namespace}/{_resource(found)}/{_role(found)}"}),
	},
	"type": "Opaque",
} if {
	found.port.from.namespace != component.namespace
	_is_allowed(found)
}

# The variable with the password of an input.
password(found) := postgres_pod.secret_env(_variable(found), object.union(_place(found), {"optional": true}))

_variable(found) := $"INPUT_{upper(postgres.snake(found.port.name))}"

_place(found) := {
	"name": _resource(found),
	"key": _role(found),
} if {
	found.port.from.namespace == component.namespace
}

_place(found) := {
	"name": naming.resource($"{component.product.metadata.name}-{found.port.name}-input"),
	"key": "password",
} if {
	found.port.from.namespace != component.namespace
}
