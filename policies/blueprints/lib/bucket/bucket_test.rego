package dappmesh.blueprints.lib.bucket_test

import data.dappmesh.blueprints.lib.bucket
import data.dappmesh.blueprints.lib.component
import data.dappmesh.blueprints.lib.fixture

test_bucket_and_endpoint_are_named_after_the_store if {
	_name == "orders-files" with input as fixture.review(_product) with data.inventory as _inventory
	_endpoint == "http://orders-files.sales.svc:8333" with input as fixture.review(_product) with data.inventory as _inventory
}

test_port_is_read_from_the_store_that_it_names if {
	_readers(_product) == {"orders-export"}
}

test_store_of_another_kind_has_no_buckets if {
	count(_readers(fixture.spoilt(_product, [[["spec", "outputPorts", 0, "parameters", "storage"], "intake"]]))) == 0
}

test_prefix_is_what_the_port_says if {
	every given, wanted in {"daily": "daily/", "/a/b/": "a/b/", "/": ""} {
		_prefix(fixture.spoilt(_product, [[["spec", "outputPorts", 0, "parameters", "prefix"], given]]), []) == wanted
	}
}

test_prefix_is_else_what_the_contract_says if {
	every given, wanted in {"s3://orders/v1/": "v1/", "s3://orders/a/b": "a/b/", "s3://orders/": "", "s3://orders": "export/"} {
		_prefix(_product, [{"server": "files", "type": "s3", "location": given}]) == wanted
	}
}

test_prefix_is_else_the_name_of_the_port if {
	_prefix(_product, []) == "export/"
	_prefix(_product, [{"server": "tables", "type": "postgres", "location": "s3://orders/x/"}]) == "export/"
}

test_format_is_what_the_contract_says if {
	_formats([{"server": "files", "type": "s3", "format": "parquet"}]) == {"parquet"}
	count(_formats([{"server": "files", "type": "s3"}])) == 0
}

_product := fixture.spoilt(fixture.product, [[["spec", "outputPorts"], [{
	"name": "export",
	"type": "file",
	"engineClass": "plain-files",
	"contractRef": {"id": "order-lines", "version": "1.2.0"},
	"parameters": {"storage": "files"},
}]]])

_inventory := object.union(fixture.inventory, {"EngineClass": {
	"buckets": {"spec": {"role": "object", "blueprint": "embedded-object-store"}},
	"plain-files": {"spec": {"role": "file", "blueprint": "embedded-file"}},
}})

_store := [store | some store in component.of("embedded-object-store")][0]

_name := bucket.name(_store)

_endpoint := bucket.endpoint(_store)

_readers(product) := {reader.resource | some reader in found} if {
	found := _found_readers with input as fixture.review(product) with data.inventory as _inventory
}

_found_readers := bucket.readers(_store)

_prefix(product, servers) := prefix if {
	prefix := _found_prefix with input as _review(product, servers) with data.inventory as _inventory
}

_found_prefix := bucket.prefix(_file_port)

_formats(servers) := formats if {
	formats := _found_formats with input as _review(_product, servers) with data.inventory as _inventory
}

_found_formats := {format | format := bucket.format(_file_port)}

_file_port := [file_port | some file_port in component.of("embedded-file")][0]

_review(product, servers) := fixture.spoilt(
	fixture.review(product),
	[[["context", "contracts", 0, "spec", "odcs", "servers"], servers]],
)
