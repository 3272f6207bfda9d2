package dappmesh.blueprints.lib.naming_test

import data.dappmesh.blueprints.lib.naming

test_names_that_fit_stay if {
	every name in ["orders", "orders-marts", "o2", _letters(52)] {
		naming.resource(name) == name
	}
	every name in ["orders", "2.orders", _letters(63)] {
		naming.label(name) == name
	}
}

test_others_become_names_that_fit if {
	every name in ["2024-orders", "sales.orders", _letters(53), $"{_letters(42)}-{_letters(42)}", $"{_letters(42)}.x{_letters(42)}"] {
		made := naming.resource(name)
		count(made) <= 52
		regex.match(`^[a-z][a-z0-9-]*[a-z0-9]-[0-9a-f]{8}$`, made)
		not contains(made, "--")
	}
}

test_long_labels_are_cut_where_a_label_may_end if {
	every name in [_letters(64), $"{_letters(53)}.{_letters(200)}"] {
		made := naming.label(name)
		count(made) <= 63
		regex.match(`^[a-z]+-[0-9a-f]{8}$`, made)
	}
}

test_different_names_stay_different if {
	names := ["sales.orders", "sales-orders", _letters(53), _letters(54), "2-a", "n2-a"]
	count({naming.resource(name) | some name in names}) == count(names)
	naming.marked("orders", "a port") != naming.marked("orders", "a store")
}

_letters(length) := concat("", ["x" | some _ in numbers.range(1, length)])
