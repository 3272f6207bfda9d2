package dappmesh.governance.input_ref_exists_test

import data.dappmesh.governance.input_ref_exists
import data.dappmesh.governance.lib.fixture

test_references_that_exist_pass if {
	count(_messages(fixture.product, [])) == 0
	count(_messages(fixture.agreement, [])) == 0
}

test_product_without_inputs_passes if {
	count(_messages(fixture.spoilt(fixture.product, [[["spec", "inputPorts"]]]), [])) == 0
}

test_what_an_input_names_is_looked_for if {
	every case in [
		{
			"place": ["from", "product"], "value": "parcels",
			"found": {`from.product: DataProduct "parcels" does not exist in namespace "logistics"`},
		},
		{
			"place": ["from", "port"], "value": "pallets",
			"found": {`from.port: DataProduct "shipments" has no output port "pallets"; it has: "letters", "parcels"`},
		},
		{
			"place": ["from", "major"], "value": 2,
			"found": {`from.major: output port "parcels" of DataProduct "shipments" has version "1.3.0", not major 2`},
		},
		{
			"place": ["contractRef"], "value": {"id": "parcels", "version": "1.2.0"},
			"found": {`contractRef: contract "parcels 1.2.0" of DataProduct "shipments" does not exist`},
		},
		{"place": ["contractRef"], "value": {"id": "parcels", "version": "1.3.0"}, "found": set()},
		{
			"place": ["agreementRef"], "value": "unheard-of",
			"found": {`agreementRef: AccessAgreement "unheard-of" does not exist in namespace "logistics"`},
		},
	] {
		product := fixture.spoilt(fixture.product, [[array.concat(["spec", "inputPorts", 0], case.place), case.value]])
		_messages(product, []) == {$"spec.inputPorts.0.{found}" | some found in case.found}
	}
}

test_what_went_is_reported_by_its_name if {
	every case in [
		{
			"gone": ["DataProduct", "logistics"],
			"found": {`from.product: DataProduct "shipments" does not exist in namespace "logistics"`},
		},
		{
			"gone": ["AccessAgreement", "logistics"],
			"found": {`agreementRef: AccessAgreement "orders-reads-parcels" does not exist in namespace "logistics"`},
		},
		{
			"gone": ["DataContract", "logistics"],
			"found": {`from.port: contract "parcels 1.3.0" of output port "parcels" of DataProduct "shipments" does not exist`},
		},
	] {
		_messages(fixture.product, [[case.gone]]) == {$"spec.inputPorts.0.{found}" | some found in case.found}
	}
}

# The same contract named on both sides is missed once.
test_contract_that_went_is_reported_once if {
	product := fixture.spoilt(fixture.product, [[["spec", "inputPorts", 0, "contractRef"], {"id": "parcels", "version": "1.3.0"}]])
	_messages(product, [[["DataContract", "logistics"]]]) == {
		`spec.inputPorts.0.contractRef: contract "parcels 1.3.0" of DataProduct "shipments" does not exist`,
	}
}

test_contract_of_a_product_that_is_not_there_is_not_told_besides if {
	product := fixture.spoilt(fixture.product, [
		[["spec", "inputPorts", 0, "contractRef"], {"id": "x", "version": "1.0.0"}],
		[["spec", "inputPorts", 0, "from", "product"], "unheard-of"],
	])
	_messages(product, []) == {`spec.inputPorts.0.from.product: DataProduct "unheard-of" does not exist in namespace "logistics"`}
}

test_port_without_a_contract_is_the_business_of_its_product if {
	count(_messages(fixture.product, [[["DataProduct", "logistics", "shipments", "spec", "outputPorts", 1, "contractRef"]]])) == 0
}

test_agreement_that_nobody_has_decided_is_awaited if {
	place := ["AccessAgreement", "logistics", "orders-reads-parcels", "spec", "state"]
	every change in [[place, "requested"], [place]] {
		_messages(fixture.product, [change]) == {
			`spec.inputPorts.0.agreementRef: AccessAgreement "orders-reads-parcels" is requested and not yet approved`,
		}
	}
}

# Input-needs-agreement tells of an input that names none, and of what is past requested.
test_agreement_that_is_not_named_or_is_decided_is_left_to_others if {
	every change in [[["spec", "inputPorts", 0, "agreementRef"], ""], [["spec", "inputPorts", 0, "agreementRef"]]] {
		count(_messages(fixture.spoilt(fixture.product, [change]), [])) == 0
	}
	every state in ["rejected", "revoked"] {
		count(_messages(fixture.product, [[["AccessAgreement", "logistics", "orders-reads-parcels", "spec", "state"], state]])) == 0
	}
}

test_input_without_a_namespace_is_beside_its_consumer if {
	product := fixture.spoilt(fixture.product, [[["spec", "inputPorts", 0, "from", "namespace"]]])
	_messages(product, []) == {
		`spec.inputPorts.0.from.product: DataProduct "shipments" does not exist in namespace "sales"`,
		`spec.inputPorts.0.agreementRef: AccessAgreement "orders-reads-parcels" does not exist in namespace "sales"`,
	}
}

test_source_system_is_listed_by_mesh_or_domain if {
	product := fixture.spoilt(fixture.product, [[["spec", "inputPorts", 1, "from", "sourceSystem"], "tills"]])
	_messages(product, []) == {
		`spec.inputPorts.1.from.sourceSystem: source system "tills" is listed neither in Domain "sales" nor in Mesh "retail"; listed: "shop"`,
	}
	count(_messages(product, [[["Domain", "sales", "spec", "sourceSystems"], [{"name": "tills"}]]])) == 0
}

test_source_systems_of_a_domain_that_is_not_there_are_left_to_others if {
	count(_messages(fixture.product, [[["Domain", "sales"]]])) == 0
	count(_messages(fixture.product, [[["Mesh", "retail"]]])) == 0
}

# Structure refuses an input with two sources; one of them does not vouch for the other.
test_listed_source_system_does_not_hide_a_missing_product if {
	from := {"sourceSystem": "shop", "product": "unheard-of", "namespace": "logistics", "port": "parcels", "major": 1}
	product := fixture.spoilt(fixture.product, [[["spec", "inputPorts", 1, "from"], from]])
	_messages(product, []) == {`spec.inputPorts.1.from.product: DataProduct "unheard-of" does not exist in namespace "logistics"`}
}

test_both_ends_of_an_agreement_are_looked_for if {
	every case in [
		{
			"place": ["provider", "product"], "value": "parcels",
			"found": `provider.product: DataProduct "parcels" does not exist in namespace "logistics"`,
		},
		{
			"place": ["provider", "port"], "value": "pallets",
			"found": `provider.port: DataProduct "shipments" has no output port "pallets"; it has: "letters", "parcels"`,
		},
		{
			"place": ["provider", "major"], "value": 2,
			"found": `provider.major: output port "parcels" of DataProduct "shipments" has version "1.3.0", not major 2`,
		},
		{
			"place": ["consumer", "product"], "value": "unheard-of",
			"found": `consumer.product: DataProduct "unheard-of" does not exist in namespace "sales"`,
		},
		{
			"place": ["consumer", "namespace"], "value": "logistics",
			"found": `consumer.product: DataProduct "orders" does not exist in namespace "logistics"`,
		},
	] {
		agreement := fixture.spoilt(fixture.agreement, [[array.concat(["spec"], case.place), case.value]])
		_messages(agreement, []) == {$"spec.{case.found}"}
	}
}

test_agreement_that_gives_nothing_any_more_may_outlive_its_ends if {
	every state in ["rejected", "revoked"] {
		agreement := fixture.spoilt(fixture.agreement, [[["spec", "state"], state]])
		count(_messages(agreement, [[["DataProduct", "logistics"]], [["DataProduct", "sales"]]])) == 0
	}
	every change in [[["spec", "state"], "requested"], [["spec", "state"]]] {
		count(_messages(fixture.spoilt(fixture.agreement, [change]), [[["DataProduct", "sales"]]])) == 1
	}
}

test_details_name_what_is_missing if {
	some violation in _violations(fixture.product, [[["AccessAgreement", "logistics"]]])
	violation.details == {"agreement": {"namespace": "logistics", "name": "orders-reads-parcels"}}
}

test_deletion_is_not_judged if {
	every object in [fixture.product, fixture.agreement] {
		count(input_ref_exists.violations) == 0 with input as fixture.delete(object)
			with data.inventory as {}
			with data.index as {}
	}
}

_messages(object, changes) := {$"{concat(".", path)}: {violation.message}" |
	some violation in _violations(object, changes)
	path := [$"{part}" | some part in violation.path]
}

_violations(object, changes) := violations if {
	inventory := fixture.spoilt(fixture.inventory, changes)
	violations := input_ref_exists.violations with input as fixture.create(object)
		with data.inventory as inventory
		with data.index as fixture.index_of(inventory)
}
