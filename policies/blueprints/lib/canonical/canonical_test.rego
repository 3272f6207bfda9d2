package dappmesh.blueprints.lib.canonical_test

import data.dappmesh.blueprints.lib.canonical

test_text_is_json_with_sorted_keys if {
	every value, text in {
		"a \"word\"": `"a \"word\""`,
		[]: "[]",
		["b", 1, null, true]: `["b",1,null,true]`,
		{}: "{}",
		{"b": {"d": [], "c": {"e": [{"g": 1.5, "f": {}}]}}, "a": "x"}: `{"a":"x","b":{"c":{"e":[{"f":{},"g":1.5}]},"d":[]}}`,
	} {
		canonical.text(value) == text
	}
}

test_digest_tells_values_apart if {
	values := [
		"a", 1, null, [], {}, ["a"], [["a"]], ["a", "b"], ["b", "a"], {"a": "b"}, {"a": ["b"]},
		{"a": {"b": {"c": {"d": {"e": {"f": {"g": 1}}}}}}}, {"a": {"b": {"c": {"d": {"e": {"f": {"g": 2}}}}}}},
	]
	count({canonical.digest(value) | some value in values}) == count(values)
}

test_digest_is_a_sha256 if {
	regex.match(`^[0-9a-f]{64}$`, canonical.digest({"a": 1}))
}
