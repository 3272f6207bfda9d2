package dappmesh.blueprints.lib.postgres_port_test

import data.dappmesh.blueprints.lib.component
import data.dappmesh.blueprints.lib.fixture
import data.dappmesh.blueprints.lib.postgres_port

test_a_port_and_each_of_its_consumers_log_in if {
	_logins("lines") == [
		{"role": "port_lines", "secret": "orders-lines", "key": "password"},
		{"role": "marketing.campaigns.lines", "secret": "orders-lines", "key": "marketing.campaigns.lines"},
	]
	_logins("lines-api") == [{"role": "port_lines_api", "secret": "orders-lines-api", "key": "password"}]
}

test_ports_belong_to_the_store_that_they_name if {
	ports := postgres_port.of_store({"resource": "orders-marts"}) with input as fixture.review(fixture.product)
		with data.inventory as fixture.inventory
		with data.index as fixture.index_of(fixture.inventory)
	{port.name | some port in ports} == {"lines", "lines-api"}
	count(postgres_port.of_store({"resource": "orders-intake"})) == 0 with input as fixture.review(fixture.product)
		with data.inventory as fixture.inventory
		with data.index as fixture.index_of(fixture.inventory)
}

test_sql_of_a_port_shows_its_contract_to_its_roles if {
	sql := _sql("lines", ["secret_0", "secret_1"], fixture.inventory, [])
	every line in [
		`create schema "port_lines" authorization product_owner;`,
		"create view \"port_lines\".\"lines\" as select\n  \"line_id\" as \"line_id\",\n  \"quantity\" as \"quantity\",",
		`from "marts"."lines";`,
		`comment on column "port_lines"."lines"."line_id" is 'Identifies the line.';`,
		`select dappmesh.reader('port_lines', :'secret_0', 20);`,
		`select dappmesh.reader('marketing.campaigns.lines', :'secret_1', 20);`,
		`alter role "port_lines" in database "orders" set search_path to "port_lines";`,
		`grant select on all tables in schema "port_lines" to "port_lines";`,
		`grant "port_lines" to "marketing.campaigns.lines";`,
	] {
		contains(sql, line)
	}
	not contains(sql, "encode(")
}

test_replicas_of_a_rest_port_share_what_there_is if {
	sql := _sql("lines-api", ["secret_0"], fixture.inventory, ["-- more"])
	contains(sql, `select dappmesh.reader('port_lines_api', :'secret_0', -1);`)
	contains(sql, "\n-- more\n")
}

test_roles_of_a_contract_may_read_unless_they_are_somebody_else if {
	roles := [{"role": "lines-reader", "access": "Read"}, {"role": "writer", "access": "write"}, {"role": "none-said"}]
	reserved := [{"role": role, "access": "read"} | some role in ["postgres", "post\u0000gres", "p\u0000g_monitor", "pg_monitor", "port_x", "a.b"]]
	contract := fixture.spoilt(fixture.contract, [[["spec", "odcs", "roles"], array.concat(roles, reserved)]])
	review := fixture.spoilt(fixture.review(fixture.product), [[["context", "contracts"], [contract]]])
	port := _port("lines", fixture.inventory)
	sql := postgres_port.sql(port, "marts", ["a", "b"], []) with input as review
		with data.inventory as fixture.inventory
		with data.index as fixture.index_of(fixture.inventory)
	{line | some line in split(sql, "\n"); contains(line, ", null, -1)")} == {"select dappmesh.reader('lines-reader', null, -1);"}
	contains(sql, `grant dappmesh_readers, "port_lines" to "lines-reader";`)
	roles_of := postgres_port.roles({port}) with input as review
		with data.inventory as fixture.inventory
		with data.index as fixture.index_of(fixture.inventory)
	roles_of == {"port_lines", "marketing.campaigns.lines", "lines-reader"}
}

test_columns_without_raw_access_are_pseudonyms if {
	barred := fixture.spoilt(fixture.inventory, [[["Mesh", "retail", "spec", "classifications", 1, "noRawAccess"], true]])
	table := {"columns": [
		{"name": "id", "type": "text", "required": true, "property": {"classification": "internal", "encryptedName": "x"}},
		{"name": "mail", "type": "text", "required": true, "property": {"classification": "personal", "encryptedName": "mail_encrypted"}},
		{"name": "born", "type": "date", "required": true, "property": {"encryptedName": "mail_encrypted"}},
		{"name": "town", "type": "text", "required": true, "property": {"encryptedName": "id"}},
	]}
	columns := postgres_port.columns(table) with input as fixture.review(fixture.product)
		with data.inventory as barred
	[[column.name, column.type] | some column in columns] == [
		["id", "text"],
		["mail", "text"],
		["born", "date"],
		["town", "text"],
		["mail_encrypted", "text"],
	]
	[startswith(column.expression, "encode(sha256(") | some column in columns] == [false, true, false, true, true]
	columns[2].expression == "null::date"
}

test_without_classes_nothing_is_barred if {
	inventory := fixture.spoilt(fixture.inventory, [[["Mesh", "retail", "spec", "classifications"]]])
	not postgres_port.is_protected({"property": {}}) with input as fixture.review(fixture.product)
		with data.inventory as inventory
}

_port(name, inventory) := port if {
	some port in component.all with input as fixture.review(fixture.product)
		with data.inventory as inventory
	port.name == name
	port.section == "outputPorts"
}

_logins(name) := logins if {
	logins := postgres_port.logins(_port(name, fixture.inventory)) with input as fixture.review(fixture.product)
		with data.inventory as fixture.inventory
		with data.index as fixture.index_of(fixture.inventory)
}

_sql(name, secrets, inventory, extra) := sql if {
	sql := postgres_port.sql(_port(name, inventory), "marts", secrets, extra) with input as fixture.review(fixture.product)
		with data.inventory as inventory
		with data.index as fixture.index_of(inventory)
}
