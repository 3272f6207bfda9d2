# Where the files of a product lie: one bucket in each embedded object store, one prefix in it for each file port.
# Who uses it declares what lib.component asks for in the inventory of its METADATA.

# METADATA
# schemas:
#   - input: schema["review-data-product"]
#   - data.inventory: schema.inventory
package dappmesh.blueprints.lib.bucket

import data.dappmesh.blueprints.lib.component

port := 8333

# Resource names are DNS labels, and so are names of buckets.
name(store) := store.resource

# The program whose pods answer for the store.
program := "seaweedfs"

endpoint(store) := $"http://{store.resource}.{component.namespace}.svc:{port}"

# The store of a file port, if it is one that the embedded object store builds.
store_of(file_port) := store if {
	store := component.storage(file_port)
	store in component.of("embedded-object-store")
}

readers(store) := {file_port |
	some file_port in component.of("embedded-file")
	store_of(file_port).name == store.name
}

# Under which keys a port's files lie: what its parameters say, else the path that its contract's server states.
prefix(file_port) := _folder(file_port.parameters.prefix)

prefix(file_port) := _folder(path) if {
	not file_port.parameters.prefix
	path := _path(file_port)
}

prefix(file_port) := $"{file_port.name}/" if {
	not file_port.parameters.prefix
	not _path(file_port)
}

# What the files are written in, where the contract says it.
format(file_port) := server(file_port).format

server(file_port) := [found | some found in component.contract(file_port).spec.odcs.servers; found.type == "s3"][0]

_path(file_port) := concat("/", array.slice(parts, 3, count(parts))) if {
	parts := split(server(file_port).location, "/")
	count(parts) > 3
}

# Ends in one slash, or is empty: the whole bucket.
_folder(path) := "" if trim(path, "/") == ""

_folder(path) := $"{trim(path, "/")}/" if trim(path, "/") != ""
