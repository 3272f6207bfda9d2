package dappmesh.blueprints.lib.postgres_test

import data.dappmesh.blueprints.lib.postgres

test_identifiers_are_quoted if {
	postgres.identifier("orders") == `"orders"`
	postgres.identifier(`o"r`) == `"o""r"`
	postgres.identifier("") == `"_"`
	postgres.identifier("a\u0000b") == `"ab"`
	postgres.qualified("marts", `a".b`) == `"marts"."a"".b"`
}

test_texts_are_quoted if {
	postgres.literal("it's") == "'it''s'"
	postgres.literal("a\u0000\nb") == "'a\nb'"
	postgres.literals(["a", "'"]) == "'a', ''''"
}

test_long_names_are_cut_by_bytes_and_stay_apart if {
	every name in [_repeated("x", 63), _repeated("é", 31)] {
		postgres.shortened(name) == name
	}
	cut := {postgres.shortened(name) | some name in {_repeated("x", 64), _repeated("x", 65), _repeated("é", 32), _repeated("🦊", 40)}}
	count(cut) == 4
	$"{_repeated("x", 52)}_{substring(crypto.sha256(_repeated("x", 64)), 0, 10)}" in cut
}

test_names_of_kubernetes_become_those_of_databases if {
	postgres.database("customer-profile.v2") == "customer_profile_v2"
	postgres.port_schema("orders-api") == "port_orders_api"
	postgres.port_role("orders-api") == "port_orders_api"
	postgres.consumer_role("logistics", "shipments", "orders") == "logistics.shipments.orders"
}

_repeated(text, times) := concat("", [text | some _ in numbers.range(1, times)])
