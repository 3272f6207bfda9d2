# How values of the author appear in a message: quoted as JSON, so that no control character gets through, and cut.
package dappmesh.governance.lib.text

_longest := 80

_most := 8

# A value as a message shows it.
quoted(value) := json.marshal(value) if {
	is_string(value)
	count(value) <= _longest
}

quoted(value) := json.marshal(concat("", [substring(value, 0, _longest), "…"])) if {
	is_string(value)
	count(value) > _longest
}

quoted(value) := json.marshal(value) if {
	not is_string(value)
	not is_array(value)
	not is_object(value)
}

quoted(value) := "a list" if is_array(value)

quoted(value) := "an object" if is_object(value)

# What would have been allowed, in a stable order: the first few of a set of strings.
listed(values) := "none" if count(values) == 0

listed(values) := concat(", ", [quoted(value) | some value in sort(values)]) if {
	count(values) > 0
	count(values) <= _most
}

listed(values) := $"{concat(", ", first)} and {count(values) - _most} more" if {
	count(values) > _most
	first := [quoted(value) | some value in array.slice(sort(values), 0, _most)]
}
