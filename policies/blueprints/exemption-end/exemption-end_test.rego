package dappmesh.blueprints.exemption_end_test

import data.dappmesh.blueprints.exemption_end
import data.dappmesh.blueprints.lib.fixture

test_what_is_exempt_is_judged_again_at_the_end if {
	every changes in [[], [[["target", "namespace"]]]] {
		_output(changes) == {{"until": "2099-01-01T00:00:00Z"}}
	}
}

test_other_exemptions_say_nothing if {
	every changes in [
		[[["target", "name"], "another"]],
		[[["target", "kind"], "DataContract"]],
		[[["target", "namespace"], "another"]],
		[[["expires"], "2000-01-01T00:00:00Z"]],
		[[["expires"]]],
	] {
		_output(changes) == set()
	}
}

_output(changes) := items if {
	product := fixture.product.metadata
	exemption := {"spec": fixture.spoilt(
		{
			"target": {"kind": "DataProduct", "namespace": product.namespace, "name": product.name},
			"expires": "2099-01-01T00:00:00Z",
		},
		changes,
	)}
	items := exemption_end.output with input as fixture.review(fixture.product)
		with data.inventory.PolicyExemption as {product.namespace: {"late": exemption}}
}
