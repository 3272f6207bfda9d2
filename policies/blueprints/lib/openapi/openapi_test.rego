package dappmesh.blueprints.lib.openapi_test

import data.dappmesh.blueprints.lib.fixture
import data.dappmesh.blueprints.lib.openapi

test_document_is_that_of_the_contract if {
	document := _document(fixture.contract, fixture.inventory)
	document.openapi == "3.1.0"
	document.info == {"title": "order-lines", "version": "1.2.0", "description": ""}
	document.servers[0].url == "http://orders-lines-api.sales.svc"
	object.keys(document.paths) == {"/", "/lines"}
	lines := document.components.schemas["table.lines"]
	lines.description == "One row for each line of an order."
	lines.required == ["line_id", "quantity"]
	lines.properties == {
		"line_id": {"type": "string", "description": "Identifies the line."},
		"quantity": {"type": "integer", "format": "int64"},
		"price": {"type": ["number", "null"]},
		"placed_at": {"type": ["string", "null"], "format": "date-time"},
	}
	parameters := document.paths["/lines"].get.parameters
	{parameter["$ref"] | some parameter in parameters} == {$"#/components/parameters/{name}" | some name in ["select", "order", "limit", "offset"]}
	{parameter.name | some parameter in parameters} == {"line_id", "quantity", "price", "placed_at"}
}

test_texts_and_limits_of_the_contract_are_taken_over if {
	document := _document(
		_with([
			{
				"name": "mail",
				"logicalType": "string",
				"businessName": "E-mail",
				"logicalTypeOptions": {"format": "email", "maxLength": 10, "minimum": 1},
				"examples": ["a@b.c"],
				"enum": [{"value": "a@b.c"}],
			},
			{"name": "extra", "logicalType": "object", "examples": []},
			{"name": "list", "logicalType": "vector", "required": true},
			{"name": "limit", "logicalType": "number", "required": true, "logicalTypeOptions": {"minimum": 1}},
		]),
		fixture.inventory,
	)
	document.components.schemas["table.lines"].properties == {
		"mail": {"type": ["string", "null"], "title": "E-mail", "format": "email", "maxLength": 10, "examples": ["a@b.c"], "enum": ["a@b.c", null]},
		"extra": {},
		"list": {"type": "array", "items": {"type": "number"}},
		"limit": {"type": "number", "minimum": 1},
	}
	every parameter in document.paths["/lines"].get.parameters {
		object.get(parameter, "name", "") != "limit"
	}
}

test_what_may_not_be_shown_is_not_described if {
	barred := fixture.spoilt(fixture.inventory, [[["Mesh", "retail", "spec", "classifications", 1, "noRawAccess"], true]])
	document := _document(
		_with([{
			"name": "born",
			"logicalType": "date",
			"required": true,
			"classification": "personal",
			"examples": ["2000-01-01"],
		}]),
		barred,
	)
	document.components.schemas["table.lines"].properties == {"born": {"type": ["string", "null"], "format": "date"}}
}

test_odd_names_are_escaped if {
	contract := fixture.spoilt(fixture.contract, [[["spec", "odcs", "schema", 0, "name"], "a b/{c}?#%"]])
	document := _document(contract, fixture.inventory)
	object.keys(document.paths) == {"/", "/a%20b%2F%7Bc%7D%3F%23%25"}
	every key in object.keys(document.components.schemas) {
		regex.match(`^[a-zA-Z0-9._-]+$`, key)
	}
}

test_purpose_and_limits_of_a_contract_are_its_description if {
	contract := fixture.spoilt(fixture.contract, [
		[["spec", "odcs", "name"], "Lines"],
		[["spec", "odcs", "description"], {"purpose": "Why.", "limitations": "Not so."}],
	])
	_document(contract, fixture.inventory).info == {"title": "Lines", "version": "1.2.0", "description": "Why.\n\nNot so."}
}

_with(properties) := fixture.spoilt(fixture.contract, [[["spec", "odcs", "schema", 0, "properties"], properties]])

_document(contract, inventory) := json.unmarshal(text) if {
	text := openapi.text({"resource": "orders-lines-api"}) with input as fixture.spoilt(fixture.review(fixture.product), [[["context", "contracts"], [contract]]])
		with data.inventory as inventory
		with data.index as fixture.index_of(inventory)
}
