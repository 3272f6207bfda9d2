# Tables as contracts describe them, and the SQL that makes them so. Only ever adds: a table, a column, a check for rows
# to come. Types of existing columns stay, and so does what no contract names any more.
package dappmesh.blueprints.lib.postgres_table

import data.dappmesh.blueprints.lib.postgres

_plain_type := `^(smallint|integer|int|bigint|int[248]|real|double precision|float[48]|boolean|bool|text|date|uuid|jsonb?|bytea|inet|cidr|interval|timestamptz|timetz)$`

_sized_type := `^((numeric|decimal)(\([0-9]{1,3}(, ?[0-9]{1,3})?\))?|(varchar|character varying|char|character)(\([0-9]{1,6}\))?|(timestamp|time)(\([0-6]\))?( with(out)? time zone)?)$`

# What a type of the contract is in PostgreSQL, by format where there is one.
_logical_types := {
	"string": {"": "text", "uuid": "uuid"},
	"integer": {"": "bigint", "i8": "smallint", "i16": "smallint", "i32": "integer"},
	"number": {"": "numeric", "f32": "real", "f64": "double precision"},
	"boolean": {"": "boolean"},
	"date": {"": "date"},
	"time": {"": "time"},
	"timestamp": {"": "timestamp with time zone"},
	"object": {"": "jsonb"},
	"array": {"": "jsonb"},
	"map": {"": "jsonb"},
	"vector": {"": "real[]"},
}

_text_type := `^(text|varchar|char)`

_number_type := `^(smallint|int|bigint|real|double|float|numeric|decimal)`

# Patterns that PostgreSQL reads as JSON Schema does: no look-around, no named groups, no classes of POSIX.
_common_pattern := `^([^\\(\[{]|\\[dwsDWS.+*?/()\[\]{}|^$-]|\(\?:|\([^?*+]|\[\^?[^\[\]\\]+\]|\{[0-9]{1,2}(,([0-9]{1,2})?)?\})*$`

# The tables of contracts, sorted by name. Where several versions describe one table, the newest has the say, and its
# rows need only what all of them require.
tables(contracts) := [table |
	newest_first := array.reverse(sort([[_rank(found, contracts), found.spec.odcs.id, found.name, found] | some found in contracts]))
	objects := [object | some [_, _, _, found] in newest_first; some object in found.spec.odcs.schema]
	some name in sort({table_name(object) | some object in objects})
	definitions := [object | some object in objects; table_name(object) == name]
	table := {
		"name": name,
		"description": object.get(definitions[0], "description", ""),
		"columns": _columns(definitions),
	}
]

table_name(object) := _name(object)

_name(element) := postgres.shortened(element.physicalName) if element.physicalName != ""

_name(element) := postgres.shortened(element.name) if object.get(element, "physicalName", "") == ""

# How many of the contracts are of an older version.
_rank(contract, contracts) := count({other.spec.odcs.version |
	some other in contracts
	semver.compare(other.spec.odcs.version, contract.spec.odcs.version) < 0
})

# Each column once, by its first definition, in that order.
_columns(definitions) := [column |
	places := sort([[_name(property), i, j] | some i, object in definitions; some j, property in object.properties])
	firsts := [[i, j] | some k, [name, i, j] in places; not _follows(places, k, name)]
	required := intersection({{_name(property) | some property in object.properties; property.required == true} |
		some object in definitions
	})
	some [i, j] in sort(firsts)
	property := definitions[i].properties[j]
	name := _name(property)
	column := {"name": name, "type": type_of(property), "required": name in required, "property": property}
]

_follows(places, k, name) if places[k - 1][0] == name

# The type of a column: the physical one if PostgreSQL has it, else what the logical one amounts to.
type_of(property) := physical if {
	physical := _physical_type(property)
	_is_known(physical)
}

type_of(property) := _logical_type(property) if not _is_known(_physical_type(property))

_physical_type(property) := lower(trim_space(object.get(property, "physicalType", "")))

_is_known(type) if regex.match(_plain_type, type)

_is_known(type) if regex.match(_sized_type, type)

_logical_type(property) := "timestamp" if {
	property.logicalType == "timestamp"
	_options(property).timezone == false
}

_logical_type(property) := object.get(formats, _format(property), formats[""]) if {
	not _is_local(property)
	formats := object.get(_logical_types, object.get(property, "logicalType", "string"), _logical_types.string)
}

_is_local(property) if {
	property.logicalType == "timestamp"
	_options(property).timezone == false
}

_format(property) := object.get(_options(property), "format", "")

_options(property) := object.get(property, "logicalTypeOptions", {})

is_text(type) if regex.match(_text_type, type)

is_number_type(type) if regex.match(_number_type, type)

# The SQL of one table.
sql(schema, table) := concat("\n", array.concat(
	[
		$"create table if not exists {name} ();",
		$"alter table {name}\n{concat(",\n", [_addition(column) | some column in table.columns])};",
		$"select dappmesh.key({postgres.literal(name)}, {_array(_key(table))});",
		$"select dappmesh.require({postgres.literal(name)}, {_array([column.name | some column in table.columns; column.required])});",
		$"select dappmesh.unique({postgres.literal(name)}, {_array([column.name | some column in table.columns; column.property.unique == true])});",
		$"alter table {name}\n{concat(",\n", [change | some column in table.columns; some change in _check_changes(column)])};",
		$"comment on table {name} is {postgres.literal(table.description)};",
	],
	[comment |
		some column in table.columns
		description := object.get(column.property, "description", "")
		comment := $"comment on column {name}.{postgres.identifier(column.name)} is {postgres.literal(description)};"
	],
)) if {
	name := postgres.qualified(schema, table.name)
	count(table.columns) > 0
}

sql(schema, table) := $"create table if not exists {postgres.qualified(schema, table.name)} ();" if {
	count(table.columns) == 0
}

_addition(column) := $"  add column if not exists {postgres.identifier(column.name)} {column.type}"

_array(names) := $"array[{postgres.literals(names)}]::text[]"

_key(table) := [name |
	some [_, _, name] in sort([[position, i, column.name] |
		some i, column in table.columns
		column.property.primaryKey == true
		position := object.get(column.property, "primaryKeyPosition", -1)
	])
]

_check_changes(column) := array.concat([$"  drop constraint if exists {name}"], [addition |
	conditions := sort(_conditions(column))
	count(conditions) > 0
	addition := $"  add constraint {name} check ({concat(" and ", conditions)}) not valid"
]) if {
	name := postgres.identifier($"{column.name}_contract")
}

# What a value has to be like, where it is simple to say.
_conditions(column) := {condition | some condition in _conditions_of(column)}

_conditions_of(column) := array.concat(_bounds(column), array.concat(_lengths(column), array.concat(_patterns(column), _choices(column))))

_operators := {"minimum": ">=", "maximum": "<=", "exclusiveMinimum": ">", "exclusiveMaximum": "<"}

_bounds(column) := [$"{postgres.identifier(column.name)} {operator} {json.marshal(bound)}" |
	is_number_type(column.type)
	some option, operator in _operators
	bound := _options(column.property)[option]
	is_number(bound)
]

_length_operators := {"minLength": ">=", "maxLength": "<="}

_lengths(column) := [$"char_length({postgres.identifier(column.name)}) {operator} {json.marshal(bound)}" |
	is_text(column.type)
	some option, operator in _length_operators
	bound := _options(column.property)[option]
	is_number(bound)
]

_patterns(column) := [$"{postgres.identifier(column.name)} ~ {postgres.literal(pattern)}" |
	is_text(column.type)
	pattern := _options(column.property).pattern
	is_string(pattern)
	regex.match(_common_pattern, pattern)
	regex.is_valid(pattern)
]

_choices(column) := [$"{postgres.identifier(column.name)} in ({postgres.literals(values)})" |
	is_text(column.type)
	values := [choice.value | some choice in column.property.enum]
	count(values) > 0
	every value in values { is_string(value) }
]
