# Versions of the form X.Y.Z. Native in Wasm, unlike the semver built-ins, which are calls to the host.
package dappmesh.governance.lib.semver

# Beyond 15 digits a number is no longer exact everywhere.
_longest := 15

# `"1.10.0"` → `[1, 10, 0]`, which Rego compares number by number. Undefined for any other form, leading zeros,
# pre-releases and build metadata included.
parts(version) := numbers if {
	is_valid(version)
	numbers := [to_number(text) | some text in split(version, ".")]
}

# Whether a version has that form; cheaper than its parts.
is_valid(version) if {
	[major, minor, patch] := split(version, ".")
	_is_number(major)
	_is_number(minor)
	_is_number(patch)
}

_is_number("0")

_is_number(text) if {
	text != ""
	count(text) <= _longest
	trim_left(text, "0123456789") == ""
	not startswith(text, "0")
}
