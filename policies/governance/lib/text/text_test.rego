package dappmesh.governance.lib.text_test

import data.dappmesh.governance.lib.text

test_values_appear_as_json if {
	text.quoted("orders") == `"orders"`
	text.quoted("") == `""`
	text.quoted(`say "hi"`) == `"say \"hi\""`
	text.quoted(1.5) == "1.5"
	text.quoted(true) == "true"
	text.quoted(null) == "null"
}

test_control_characters_are_escaped if {
	every value in ["a\nb", "a\tb", "\u0000", "\u001b[31m"] {
		not regex.match(`[\x00-\x1f]`, text.quoted(value))
	}
}

test_long_values_are_cut if {
	fits := concat("", ["é" | some _ in numbers.range(1, 80)])
	text.quoted(fits) == $`"{fits}"`
	text.quoted($"{fits}x") == $`"{fits}…"`
}

test_composite_values_are_not_printed if {
	text.quoted([1, 2]) == "a list"
	text.quoted({"a": 1}) == "an object"
}

test_choices_are_sorted_and_bounded if {
	text.listed(set()) == "none"
	text.listed({"b", "a"}) == `"a", "b"`
	text.listed({format_int(i, 10) | some i in numbers.range(1, 8)}) == `"1", "2", "3", "4", "5", "6", "7", "8"`
	text.listed({format_int(i, 10) | some i in numbers.range(1, 9)}) == `"1", "2", "3", "4", "5", "6", "7", "8" and 1 more`
}
