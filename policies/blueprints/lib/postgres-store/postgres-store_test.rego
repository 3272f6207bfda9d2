package dappmesh.blueprints.lib.postgres_store_test

import data.dappmesh.blueprints.lib.component
import data.dappmesh.blueprints.lib.fixture
import data.dappmesh.blueprints.lib.postgres_store

test_one_transaction_makes_everything_that_a_store_holds if {
	sql := _of("marts", fixture.product).sql
	every line in [
		`\getenv secret_2 SECRET_2`,
		"\nbegin;\n",
		`create schema if not exists "marts" authorization product_owner;`,
		`create table if not exists "marts"."lines" ();`,
		`create schema if not exists "parcels" authorization product_owner;`,
		`create schema "port_lines" authorization product_owner;`,
		`select dappmesh.reader('marketing.campaigns.lines', :'secret_1', 20);`,
		`select dappmesh.reader('port_lines_api', :'secret_2', -1);`,
		`create function "port_lines_api"."root"() returns json language sql stable return '{"components":`,
		`array['marketing.campaigns.lines', 'port_lines', 'port_lines_api']::text[]`,
		"\ncommit;\n",
	] {
		contains(sql, line)
	}
}

test_other_stores_hold_nothing_yet if {
	intake := _of("intake", fixture.product)
	contains(intake.sql, `create schema if not exists "intake"`)
	not contains(intake.sql, "create table if not exists \"")
	not contains(intake.sql, "postgres_fdw")
}

test_digest_follows_the_tables_and_not_who_reads_them if {
	before := _of("marts", fixture.product).digest
	before == _of("marts", fixture.spoilt(fixture.product, [[["spec", "outputPorts", 0, "version"], "2.0.0"]])).digest
	before != _of("marts", fixture.spoilt(fixture.product, [[["spec", "inputPorts", 0, "name"], "boxes"]])).digest
	contains(_of("marts", fixture.product).sql, before)
}

test_model_is_kept_where_flows_run if {
	without_ports := fixture.spoilt(fixture.product, [[["spec", "outputPorts"], []]])
	contains(_of("marts", without_ports).sql, `create table if not exists "marts"."lines" ();`)
	without_processing := fixture.spoilt(without_ports, [[["spec", "processing"], []]])
	contains(_of("marts", without_processing).sql, `create table if not exists "marts"."lines" ();`)
	elsewhere := fixture.spoilt(without_ports, [[["spec", "processing"], [{"name": "p", "role": "pipeline", "parameters": {"storage": "intake"}}]]])
	contains(_of("intake", elsewhere).sql, `create table if not exists "intake"."lines" ();`)
	not contains(_of("marts", elsewhere).sql, `create table if not exists "marts"."lines" ();`)
}

test_only_stores_of_this_family_are_embedded if {
	_of("marts", fixture.product).embedded
	not _of("files", fixture.product).embedded
}

test_some_names_are_taken if {
	every name in ["dappmesh", "public", "information_schema", "pg_x", "port_x"] {
		postgres_store.is_taken(name)
	}
	not postgres_store.is_taken("marts")
}

default _embedded(_, _) := false

_embedded(storage, product) if {
	postgres_store.is_embedded(storage) with input as fixture.review(product) with data.inventory as fixture.inventory
}

default _sql(_, _) := ""

_sql(storage, product) := sql if {
	sql := postgres_store.sql(storage) with input as fixture.review(product)
		with data.inventory as fixture.inventory
		with data.index as fixture.index_of(fixture.inventory)
}

default _digest(_, _) := ""

_digest(storage, product) := digest if {
	digest := postgres_store.tables_digest(storage) with input as fixture.review(product)
		with data.inventory as fixture.inventory
		with data.index as fixture.index_of(fixture.inventory)
}

_of(name, product) := {
	"sql": _sql(storage, product),
	"digest": _digest(storage, product),
	"embedded": _embedded(storage, product),
} if {
	some storage in component.all with input as fixture.review(product) with data.inventory as fixture.inventory
	storage.section == "storage"
	storage.name == name
}
