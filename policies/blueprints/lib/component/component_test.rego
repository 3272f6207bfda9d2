package dappmesh.blueprints.lib.component_test

import data.dappmesh.blueprints.lib.component
import data.dappmesh.blueprints.lib.fixture

test_every_entry_with_a_class_is_a_component if {
	_summary(fixture.product, fixture.inventory) == {
		["storage", "intake", "operational", "small-tables", "orders-intake"],
		["storage", "marts", "analytics", "big-tables", "orders-marts"],
		["storage", "files", "object", "buckets", "orders-files"],
		["processing", "load", "pipeline", "runner", "orders-load"],
		["processing", "nightly", "workflow", "scheduler", "orders-nightly"],
		["outputPorts", "lines", "sql", "plain-sql", "orders-lines"],
		["outputPorts", "lines-api", "rest", "plain-rest", "orders-lines-api"],
	}
}

test_component_says_where_it_is_asked_for if {
	marts := _named("marts", fixture.product)
	marts.index == 1
	marts.path == ["spec", "storage", 1]
	marts.entry == fixture.product.spec.storage[1]
}

test_parameters_of_the_entry_replace_those_of_the_class if {
	product := fixture.spoilt(fixture.product, [[["spec", "storage", 1, "parameters", "settings"], {"work_mem": "8MB"}]])
	_named("marts", product).parameters == {"image": "postgres", "memory": "8Gi", "settings": {"work_mem": "8MB"}}
	_named("intake", product).parameters == {"image": "postgres", "memory": "1Gi"}
}

test_class_that_is_missing_gives_no_parameters if {
	product := fixture.spoilt(fixture.product, [[["spec", "storage", 1, "engineClass"], "unheard-of"]])
	_named("marts", product).parameters == {"memory": "8Gi"}
}

test_management_port_needs_a_class_to_be_a_component if {
	classed := _with_defaults({"observability": "monitors"})
	["managementPorts", "metrics", "observability", "monitors", "orders-metrics"] in _summary(fixture.product, classed)
}

test_certificate_is_asked_for_where_the_mesh_has_an_issuer if {
	classed := _with_defaults({"certificate": "issuer"})
	["product", "tls", "certificate", "issuer", "orders-tls"] in _summary(fixture.product, classed)
}

test_certificate_is_not_asked_for_where_there_is_nothing_to_certify if {
	classed := _with_defaults({"certificate": "issuer"})
	every ports in [[], [{"name": "events", "type": "stream"}]] {
		found := _summary(fixture.spoilt(fixture.product, [[["spec", "outputPorts"], ports]]), classed)
		{role | some [_, _, role, _, _] in found; role == "certificate"} == set()
	}
}

test_nothing_has_a_default_without_a_mesh if {
	every gone in ["Mesh", "Domain"] {
		found := _summary(fixture.product, object.remove(fixture.inventory, [gone]))
		found == {
			["storage", "marts", "analytics", "big-tables", "orders-marts"],
			["outputPorts", "lines", "sql", "plain-sql", "orders-lines"],
		}
	}
}

test_labels_say_whose_it_is if {
	component.labelled(_named("marts", fixture.product), "postgresql") == {
		"app.kubernetes.io/name": "postgresql",
		"app.kubernetes.io/instance": "orders-marts",
		"dappmesh.io/product": "orders",
		"dappmesh.io/component": "marts",
		"dappmesh.io/domain": "sales",
	}
}

test_name_that_is_taken_gets_a_digest if {
	changes := [
		[["spec", "outputPorts", 0, "name"], "marts"],
		[["spec", "processing", 0, "name"], "marts"],
	]
	resources := [found[4] |
		some found in _summary(fixture.spoilt(fixture.product, changes), fixture.inventory)
		found[1] == "marts"
	]
	count(resources) == 3
	count({name | some name in resources}) == 3
	count([name | some name in resources; regex.match(`^orders-marts-[0-9a-f]{8}$`, name)]) == 2
	"orders-marts" in resources
}

test_blueprint_gets_its_components_only if {
	_of("embedded-postgres", fixture.product) == {"intake", "marts"}
	_of("embedded-rest", fixture.product) == {"lines-api"}
	_of("unheard-of", fixture.product) == set()
}

test_class_of_another_role_builds_nothing if {
	product := fixture.spoilt(fixture.product, [[["spec", "storage", 1, "engineClass"], "small-tables"]])
	_of("embedded-postgres", product) == {"intake"}
}

test_port_is_served_by_the_store_it_names_or_the_one_that_suits if {
	every case in [
		{"changes": [], "port": "lines", "store": "marts"},
		{"changes": [[["spec", "outputPorts", 1, "parameters", "storage"], "intake"]], "port": "lines-api", "store": "intake"},
		{"changes": [[["spec", "outputPorts", 0, "type"], "file"]], "port": "lines", "store": "files"},
		{"changes": [[["spec", "storage", 1]]], "port": "lines", "store": "intake"},
		{"changes": [[["spec", "storage", 1]], [["spec", "storage", 0]]], "port": "lines", "store": "files"},
		{"changes": [[["spec", "storage", 0, "role"], "analytics"]], "port": "lines", "store": "intake"},
	] {
		_store(case.port, fixture.spoilt(fixture.product, case.changes)) == case.store
	}
}

test_store_that_is_not_there_is_undefined if {
	every changes in [
		[[["spec", "outputPorts", 1, "parameters", "storage"], "unheard-of"]],
		[[["spec", "storage"]]],
	] {
		not _store("lines-api", fixture.spoilt(fixture.product, changes))
	}
}

test_contract_is_the_one_of_that_version if {
	_contract(fixture.product) == "order-lines-v1-2-0"
	every changes in [
		[[["spec", "outputPorts", 0, "contractRef", "version"], "1.3.0"]],
		[[["spec", "outputPorts", 0, "contractRef", "id"], "x"]],
		[[["spec", "outputPorts", 0, "contractRef"]]],
	] {
		not _contract(fixture.spoilt(fixture.product, changes))
	}
}

test_product_tells_where_it_belongs if {
	component.namespace == "sales" with input as fixture.review(fixture.product)
}

_summary(product, inventory) := {[found.section, found.name, found.role, found.class, found.resource] |
	some found in _all(product, inventory)
}

_all(product, inventory) := found if {
	found := component.all with input as fixture.review(product) with data.inventory as inventory
}

_named(name, product) := [found | some found in _all(product, fixture.inventory); found.name == name][0]

_of(blueprint, product) := {found.name | some found in components} if {
	components := component.of(blueprint) with input as fixture.review(product)
		with data.inventory as fixture.inventory
}

_store(port, product) := store.name if {
	asking := _named(port, product)
	store := component.storage(asking) with input as fixture.review(product)
		with data.inventory as fixture.inventory
}

_contract(product) := found.name if {
	asking := _named("lines", product)
	found := component.contract(asking) with input as fixture.review(product)
}

_with_defaults(defaults) := object.union(fixture.inventory, {"Mesh": {"retail": {"spec": {"engineDefaults": defaults}}}})
