package dappmesh.blueprints.relaxation_end_test

import data.dappmesh.blueprints.lib.fixture
import data.dappmesh.blueprints.relaxation_end

test_what_a_mesh_relaxes_is_judged_again_at_the_end if {
	_output([{"code": "DM-OWN-001", "until": "2099-01-01T00:00:00Z"}, {"code": "DM-NAM-001"}]) == {{"until": "2099-01-01T00:00:00Z"}}
}

test_what_is_over_or_for_good_says_nothing if {
	_output([{"code": "DM-OWN-001", "until": "2000-01-01T00:00:00Z"}, {"code": "DM-NAM-001"}]) == set()
}

test_a_mesh_without_levels_of_its_own_says_nothing if {
	items := relaxation_end.output with input as fixture.review(fixture.product)
		with data.inventory.Mesh as {"retail": {"spec": {}}}
	items == set()
}

_output(enforcement) := items if {
	items := relaxation_end.output with input as fixture.review(fixture.product)
		with data.inventory.Mesh as {"retail": {"spec": {"enforcement": enforcement}}}
}
