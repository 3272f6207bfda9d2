# The OpenAPI document of a REST port, derived from its contract: for each table one path to read it, with a filter for
# each column. The requests are those of PostgREST.
package dappmesh.blueprints.lib.openapi

import data.dappmesh.blueprints.lib.canonical
import data.dappmesh.blueprints.lib.component
import data.dappmesh.blueprints.lib.postgres_port
import data.dappmesh.blueprints.lib.postgres_table

# Name of the function in the database that answers with the document.
root := "root"

# The types of JSON by the types of PostgreSQL, the first pattern that fits.
_types := [
	[`\[\]$`, {"type": "array", "items": {"type": "number"}}],
	[`^(smallint|integer|int[24]?)$`, {"type": "integer", "format": "int32"}],
	[`^(bigint|int8)$`, {"type": "integer", "format": "int64"}],
	[`^(real|float4)$`, {"type": "number", "format": "float"}],
	[`^(double precision|float8)$`, {"type": "number", "format": "double"}],
	[`^(numeric|decimal)`, {"type": "number"}],
	[`^bool`, {"type": "boolean"}],
	[`^date$`, {"type": "string", "format": "date"}],
	[`^timestamp`, {"type": "string", "format": "date-time"}],
	[`^time`, {"type": "string", "format": "time"}],
	[`^uuid$`, {"type": "string", "format": "uuid"}],
	[`^json`, {}],
	[``, {"type": "string"}],
]

# Formats of strings that a contract and OpenAPI call the same.
_text_formats := {"email", "hostname", "ipv4", "ipv6", "uri", "uuid", "binary", "byte", "password"}

_number_options := ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]

_text_options := ["minLength", "maxLength", "pattern"]

_options_of := {"integer": _number_options, "number": _number_options, "string": _text_options}

# The document as text, always the same for the same contract. Deeper than lib/canonical writes, so put together here.
text(port) := _texts_of_ports[port.resource]

_texts_of_ports[port.resource] := _object({
	"openapi": json.marshal("3.1.0"),
	"info": canonical.text(_info(port, contract)),
	"servers": canonical.text([{"url": url(port), "description": "Inside the cluster."}]),
	"tags": canonical.text([{"name": table.name, "description": table.description} | some table in tables]),
	"paths": _object(object.union(
		{"/": _object({"get": canonical.text(_describe)})},
		{_path(table): _object({"get": _operation(table)}) | some table in tables},
	)),
	"components": _object({
		"schemas": _object(object.union(
			{"Error": canonical.text(_error)},
			{_key(table): canonical.text(_schema(table)) | some table in tables},
		)),
		"parameters": canonical.text(_parameters),
	}),
}) if {
	some port in component.of("embedded-rest")
	contract := component.contract(port).spec.odcs
	tables := postgres_table.tables({component.contract(port)})
}

# An object, from the texts of its values.
_object(texts) := concat("", ["{", concat(",", [concat(":", [json.marshal(key), texts[key]]) | some key in sort(object.keys(texts))]), "}"])

_describe := {
	"operationId": "describe",
	"summary": "This document.",
	"responses": {"200": {"description": "OK", "content": {"application/json": {}}}},
}

# Address of a REST port inside the cluster.
url(port) := $"http://{port.resource}.{component.namespace}.svc"

_info(port, contract) := {
	"title": object.get(contract, "name", contract.id),
	"version": contract.version,
	"description": concat("\n\n", [text |
		some text in [
			object.get(port.entry, "description", ""),
			object.get(contract, ["description", "purpose"], ""),
			object.get(contract, ["description", "usage"], ""),
			object.get(contract, ["description", "limitations"], ""),
		]
		text != ""
	]),
}

# What cannot stand in a URL or in the name of a component is escaped or replaced.
_path(table) := concat("", ["/", _escaped(table.name)])

_escaped(name) := name if _is_plain(name)

_escaped(name) := replace(replace(replace(replace(replace(replace(replace(name, "%", "%25"), " ", "%20"), "{", "%7B"), "}", "%7D"), "?", "%3F"), "#", "%23"), "/", "%2F") if not _is_plain(name)

_is_plain(name) if regex.match(`^[A-Za-z0-9._-]+$`, name)

_key(table) := $"table.{table.name}" if _is_plain(table.name)

_key(table) := $"table.{crypto.sha256(table.name)}" if not _is_plain(table.name)

_operation(table) := _object({
	"operationId": json.marshal($"read.{_key(table)}"),
	"summary": json.marshal($"Reads {table.name}."),
	"description": json.marshal(table.description),
	"tags": json.marshal([table.name]),
	"parameters": canonical.text(array.concat(
		[{"$ref": $"#/components/parameters/{name}"} | some name in sort(object.keys(_parameters))],
		[_filter(name, by_name[name]) | some name in sort(object.keys(by_name)); not _parameters[name]],
	)),
	"responses": _object({
		"200": canonical.text({"description": "The rows asked for.", "content": {"application/json": {"schema": {
			"type": "array",
			"items": {"$ref": $"#/components/schemas/{_key(table)}"},
		}}}}),
		"206": canonical.text({"description": "A part of the rows asked for; Content-Range says which."}),
		"400": _failure("The request cannot be understood."),
		"404": _failure("The table is not there."),
		"416": _failure("There are fewer rows."),
	}),
}) if {
	by_name := {column.name: column | some column in postgres_port.columns(table)}
}

_failure(description) := canonical.text({"description": description, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}})

_filter(name, column) := {
	"name": name,
	"in": "query",
	"description": $"Condition: an operator and a value, as in `{name}=eq.1`. {object.get(column.property, "description", "")}",
	"schema": {"type": "string"},
}

_parameters := {
	"select": {"name": "select", "in": "query", "description": "Columns to give, separated by commas.", "schema": {"type": "string"}},
	"order": {"name": "order", "in": "query", "description": "Columns to sort by, for example `name.desc`.", "schema": {"type": "string"}},
	"limit": {"name": "limit", "in": "query", "description": "Rows to give at most.", "schema": {"type": "integer", "minimum": 0}},
	"offset": {"name": "offset", "in": "query", "description": "Rows to leave out first.", "schema": {"type": "integer", "minimum": 0}},
}

_error := {"type": "object", "properties": {
	"code": {"type": "string"},
	"message": {"type": "string"},
	"details": {"type": ["string", "null"]},
	"hint": {"type": ["string", "null"]},
}}

_schema(table) := {
	"type": "object",
	"title": table.name,
	"description": table.description,
	"properties": {column.name: _property(column) | some column in postgres_port.columns(table)},
	"required": sort({column.name | some column in postgres_port.columns(table); _is_set(column)}),
}

# Without a value only where the contract allows it, or where the value may not be shown.
_is_set(column) if {
	column.required
	not _is_hidden(column)
}

_is_hidden(column) if startswith(column.expression, "null::")

_property(column) := object.union_n([_nullable(column, _type(column)), _texts(column), _limits(column)])

_type(column) := [type |
	some [pattern, type] in _types
	regex.match(pattern, column.type)
][0]

_nullable(column, type) := object.union(type, {"type": [type.type, "null"]}) if {
	type.type
	not _is_set(column)
}

_nullable(column, type) := type if _is_set(column)

_nullable(_, type) := type if not type.type

_texts(column) := object.union(
	{"description": text | text := column.property.description},
	{"title": text | text := column.property.businessName},
)

# What values are like, unless they are shown as pseudonyms.
_limits(column) := {} if postgres_port.is_protected(column)

_limits(column) := object.union_n([
	{option: value | some option in _options_of[_type(column).type]; value := column.property.logicalTypeOptions[option]},
	{"format": format | format := column.property.logicalTypeOptions.format; format in _text_formats; _type(column).type == "string"},
	{"examples": examples | examples := column.property.examples; count(examples) > 0},
	{"enum": values |
		values := array.concat([choice.value | some choice in column.property.enum], [null | not _is_set(column)])
		count(column.property.enum) > 0
	},
]) if {
	not postgres_port.is_protected(column)
}
