package dappmesh.blueprints.lib.postgres_table_test

import data.dappmesh.blueprints.lib.postgres_table

test_types_of_the_contract_become_those_of_postgresql if {
	every case in [
		[{"physicalType": " NUMERIC(12,2) "}, "numeric(12,2)"],
		[{"physicalType": "timestamp with time zone"}, "timestamp with time zone"],
		[{"physicalType": "uuid"}, "uuid"],
		[{"physicalType": "text; drop table x", "logicalType": "string"}, "text"],
		[{"physicalType": "NUMBER", "logicalType": "number"}, "numeric"],
		[{"logicalType": "number", "logicalTypeOptions": {"format": "f64"}}, "double precision"],
		[{"logicalType": "integer"}, "bigint"],
		[{"logicalType": "integer", "logicalTypeOptions": {"format": "i32"}}, "integer"],
		[{"logicalType": "integer", "logicalTypeOptions": {"format": "huge"}}, "bigint"],
		[{"logicalType": "timestamp"}, "timestamp with time zone"],
		[{"logicalType": "timestamp", "logicalTypeOptions": {"timezone": false}}, "timestamp"],
		[{"logicalType": "object"}, "jsonb"],
		[{"logicalType": "vector"}, "real[]"],
		[{"logicalType": "unheard-of"}, "text"],
		[{}, "text"],
	] {
		postgres_table.type_of(case[0]) == case[1]
	}
}

test_newest_version_describes_a_table_and_older_columns_stay if {
	tables := postgres_table.tables({
		_contract("1.2.0", [_column("id", true), _column("state", true), _column("new", true)]),
		_contract("1.10.0", [_column("state", false), _column("id", true), _column("id", false)]),
		_contract("1.1.0", [_column("old", true), _column("id", true)]),
	})
	[[table.name, table.description] | some table in tables] == [["events", "1.10.0"]]
	[[column.name, column.required] | some column in tables[0].columns] == [
		["state", false],
		["id", true],
		["new", false],
		["old", false],
	]
}

test_physical_names_count if {
	schema := [{"name": "Events", "physicalName": "events_v1", "properties": [{"name": "Id", "physicalName": "id"}, {"name": "at", "physicalName": ""}]}]
	tables := postgres_table.tables({{"name": "a", "spec": {"odcs": {"id": "a", "version": "1.0.0", "schema": schema}}}})
	tables[0].name == "events_v1"
	tables[0].description == ""
	[column.name | some column in tables[0].columns] == ["id", "at"]
}

test_a_table_is_made_and_made_again if {
	table := {"name": "events", "description": "It's events.", "columns": [
		{"name": "id", "type": "bigint", "required": true, "property": {"primaryKey": true, "primaryKeyPosition": 2, "logicalTypeOptions": {"minimum": 1, "exclusiveMaximum": 1.5}}},
		{"name": "day", "type": "date", "required": true, "property": {"primaryKey": true, "primaryKeyPosition": 1, "unique": true, "logicalTypeOptions": {"minimum": "2020-01-01"}}},
		{"name": "state", "type": "text", "required": false, "property": {
			"description": "State.",
			"logicalTypeOptions": {"minLength": 1, "maxLength": 3, "pattern": "^[a-z]+$"},
			"enum": [{"value": "on"}, {"value": "o'ff"}],
		}},
	]}
	postgres_table.sql("marts", table) == concat("\n", [
		`create table if not exists "marts"."events" ();`,
		`alter table "marts"."events"`,
		`  add column if not exists "id" bigint,`,
		`  add column if not exists "day" date,`,
		`  add column if not exists "state" text;`,
		`select dappmesh.key('"marts"."events"', array['day', 'id']::text[]);`,
		`select dappmesh.require('"marts"."events"', array['id', 'day']::text[]);`,
		`select dappmesh.unique('"marts"."events"', array['day']::text[]);`,
		`alter table "marts"."events"`,
		`  drop constraint if exists "id_contract",`,
		`  add constraint "id_contract" check ("id" < 1.5 and "id" >= 1) not valid,`,
		`  drop constraint if exists "day_contract",`,
		`  drop constraint if exists "state_contract",`,
		concat(" and ", [
			`  add constraint "state_contract" check ("state" in ('on', 'o''ff')`,
			`"state" ~ '^[a-z]+$'`,
			`char_length("state") <= 3`,
			`char_length("state") >= 1) not valid;`,
		]),
		`comment on table "marts"."events" is 'It''s events.';`,
		`comment on column "marts"."events"."id" is '';`,
		`comment on column "marts"."events"."day" is '';`,
		`comment on column "marts"."events"."state" is 'State.';`,
	])
}

test_a_table_without_columns_is_one if {
	postgres_table.sql("marts", {"name": "none", "description": "", "columns": []}) == `create table if not exists "marts"."none" ();`
}

test_only_simple_conditions_are_checked if {
	every property in [
		{"logicalTypeOptions": {"pattern": "(?=a)b"}},
		{"logicalTypeOptions": {"pattern": "(a"}},
		{"logicalTypeOptions": {"pattern": 7, "minLength": "1"}},
		{"enum": [{"value": 1}]},
		{"enum": []},
	] {
		table := {"name": "t", "description": "", "columns": [{"name": "c", "type": "text", "required": false, "property": property}]}
		not contains(postgres_table.sql("s", table), "add constraint")
	}
}

_column(name, required) := {"name": name, "logicalType": "string", "required": required}

_contract(version, properties) := {"name": version, "spec": {"odcs": {
	"id": "events",
	"version": version,
	"schema": [{"name": "events", "description": version, "properties": properties}],
}}}
