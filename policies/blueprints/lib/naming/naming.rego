# Names that Kubernetes takes, made from names that people gave: the same ones wherever they fit, else cut, with a
# digest that keeps them apart.
package dappmesh.blueprints.lib.naming

# 63 characters are what a label value may have. 52 leave a CronJob room for what it appends to name its Jobs.
_longest_label := 63

_longest_resource := 52

_digest_length := 8

# What goes into a label for an object of any name.
label(text) := text if count(text) <= _longest_label

label(text) := _cut(text, text, _longest_label) if count(text) > _longest_label

# A name for any kind of object, Services included (RFC 1035 label).
resource(text) := text if _is_resource(text)

resource(text) := marked(text, text) if not _is_resource(text)

# The same with a digest of `identity`, for what would otherwise have the name of something else.
marked(text, identity) := _cut(replace(_lettered(text), ".", "-"), identity, _longest_resource)

_is_resource(text) if {
	count(text) <= _longest_resource
	regex.match(`^[a-z]([a-z0-9-]*[a-z0-9])?$`, text)
}

_lettered(text) := text if regex.match(`^[a-z]`, text)

_lettered(text) := $"n{text}" if not regex.match(`^[a-z]`, text)

_cut(text, identity, length) := $"{stem}-{digest}" if {
	stem := trim_right(substring(text, 0, (length - _digest_length) - 1), "-.")
	digest := substring(crypto.sha256(identity), 0, _digest_length)
}
