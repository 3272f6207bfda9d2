# Text that is the same whenever the value is. The keys of an object come in any order, in Wasm as they happen to lie in
# memory, and text that changes by itself would be written again and again.
package dappmesh.blueprints.lib.canonical

# JSON with sorted keys.
text(value) := json.marshal_with_options(value, {"pretty": false})

# By which the same value is known again.
digest(value) := crypto.sha256(text(value))
