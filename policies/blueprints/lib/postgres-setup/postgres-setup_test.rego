package dappmesh.blueprints.lib.postgres_setup_test

import data.dappmesh.blueprints.lib.postgres_setup

test_every_function_may_be_made_again if {
	made := split(postgres_setup.sql, "create or replace function dappmesh.")
	{split(text, "(")[0] | some i, text in made; i > 0} == {"reader", "close", "key", "require", "unique"}
	contains(postgres_setup.sql, $"'{postgres_setup.group}'")
}
