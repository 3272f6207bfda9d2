package dappmesh.governance.lib.label_test

import data.dappmesh.governance.lib.label

test_what_kubernetes_takes_is_a_value if {
	every value in ["a", "A1", "a-b_c.d", $"{_letters}abc"] {
		label.is_value(value)
	}
}

test_anything_else_is_none if {
	every value in ["", "-a", "a-", "a b", "a/b", "ä", "a\n", $"{_letters}abcd", 1, null, ["a"]] {
		not label.is_value(value)
	}
}

_letters := concat("", ["x" | some _ in numbers.range(1, 60)])
