# The output port that an input or an agreement names: `{"product", "port", "major"}`, its product in a namespace.

# METADATA
# schemas:
#   - data.inventory: schema.inventory
package dappmesh.governance.lib.provider

import data.dappmesh.governance.lib.text

# The port as its product declares it, of whatever version.
port(namespace, from) := found if {
	some found in data.inventory.DataProduct[namespace][from.product].spec.outputPorts
	found.name == from.port
}

# What is not there of product, port and major: `{"field", "message"}`, the first of them. Undefined where all are
# there, and where one is not even named: structure tells that.
absence(namespace, from) := _absence(namespace, from) if {
	from.product
	from.port
	from.major
	not _exists(namespace, from)
}

_exists(namespace, from) if is_of_major(port(namespace, from), from.major)

# Whether the rest of a version is well-formed, semver-valid tells.
is_of_major(found, major) if startswith(found.version, concat("", [format_int(major, 10), "."]))

_absence(namespace, from) := {"field": "product", "message": message} if {
	not data.inventory.DataProduct[namespace][from.product]
	message := $"DataProduct {text.quoted(from.product)} does not exist in namespace {text.quoted(namespace)}"
}

_absence(namespace, from) := {"field": "port", "message": message} if {
	data.inventory.DataProduct[namespace][from.product]
	not port(namespace, from)
	message := $"DataProduct {text.quoted(from.product)} has no output port {text.quoted(from.port)}; it has: {text.listed(_names(namespace, from.product))}"
}

_absence(namespace, from) := {"field": "major", "message": message} if {
	version := object.get(port(namespace, from), "version", "none")
	message := $"output port {text.quoted(from.port)} of DataProduct {text.quoted(from.product)} has version {text.quoted(version)}, not major {text.quoted(from.major)}"
}

_names(namespace, product) := {found.name | some found in data.inventory.DataProduct[namespace][product].spec.outputPorts}
