package dappmesh.governance.lib.provider_test

import data.dappmesh.governance.lib.fixture
import data.dappmesh.governance.lib.provider

test_port_is_the_one_of_the_name if {
	_port({"product": "shipments", "port": "parcels"}).version == "1.3.0"
	not _port({"product": "shipments", "port": "unheard-of"})
	not _port({"product": "unheard-of", "port": "parcels"})
}

test_major_is_the_first_number_of_the_version if {
	provider.is_of_major({"version": "1.3.0"}, 1)
	provider.is_of_major({"version": "0.3.0"}, 0)
	provider.is_of_major({"version": "10.0.0"}, 10)
	every version in ["10.0.0", "2.1.0", "1", ""] {
		not provider.is_of_major({"version": version}, 1)
	}
	not provider.is_of_major({}, 1)
}

test_what_is_there_is_not_absent if {
	not _absence("logistics", {"product": "shipments", "port": "parcels", "major": 1})
	not _absence("logistics", {"product": "shipments", "port": "letters", "major": 2})
}

test_first_of_what_is_absent_is_told if {
	every case in [
		{
			"namespace": "sales", "from": {"product": "shipments", "port": "parcels", "major": 1},
			"field": "product", "message": `DataProduct "shipments" does not exist in namespace "sales"`,
		},
		{
			"namespace": "logistics", "from": {"product": "parcels", "port": "parcels", "major": 1},
			"field": "product", "message": `DataProduct "parcels" does not exist in namespace "logistics"`,
		},
		{
			"namespace": "logistics", "from": {"product": "shipments", "port": "pallets", "major": 1},
			"field": "port",
			"message": `DataProduct "shipments" has no output port "pallets"; it has: "letters", "parcels"`,
		},
		{
			"namespace": "logistics", "from": {"product": "shipments", "port": "parcels", "major": 3},
			"field": "major",
			"message": `output port "parcels" of DataProduct "shipments" has version "1.3.0", not major 3`,
		},
	] {
		_absence(case.namespace, case.from) == {"field": case.field, "message": case.message}
	}
}

test_port_without_a_version_is_of_no_major if {
	inventory := {"DataProduct": {"logistics": {"shipments": {"spec": {"outputPorts": [{"name": "parcels"}]}}}}}
	absence := provider.absence("logistics", {"product": "shipments", "port": "parcels", "major": 0}) with data.inventory as inventory
	absence.message == `output port "parcels" of DataProduct "shipments" has version "none", not major 0`
}

test_product_without_ports_has_none if {
	inventory := {"DataProduct": {"logistics": {"shipments": {"spec": {}}}}}
	absence := provider.absence("logistics", {"product": "shipments", "port": "parcels", "major": 0}) with data.inventory as inventory
	absence.message == `DataProduct "shipments" has no output port "parcels"; it has: none`
}

test_what_is_not_named_is_left_to_structure if {
	every field in ["product", "port", "major"] {
		not _absence("logistics", object.remove({"product": "x", "port": "x", "major": 9}, [field]))
	}
}

_port(from) := found if {
	found := provider.port("logistics", from) with data.inventory as fixture.inventory
}

_absence(namespace, from) := found if {
	found := provider.absence(namespace, from) with data.inventory as fixture.inventory
}
