# Names and texts as PostgreSQL takes them, whatever their author put in: nothing written by people reaches SQL except
# through `identifier` and `literal`.
package dappmesh.blueprints.lib.postgres

# Port of every PostgreSQL.
port := 5432

# The superuser, used by migrations alone.
superuser := "postgres"

# Owns all tables of the product and runs its flows.
owner := "product_owner"

# PostgreSQL cuts identifiers after 63 bytes without a word, so that two long ones could become one.
_longest := 63

_digest_length := 10

# A quoted identifier.
identifier(text) := concat("", [`"`, replace(shortened(text), `"`, `""`), `"`])

# An identifier with its schema.
qualified(schema, name) := $"{identifier(schema)}.{identifier(name)}"

# A quoted string. A backslash has no meaning in it: the scripts set standard_conforming_strings.
literal(text) := concat("", ["'", replace(_without_nul(text), "'", "''"), "'"])

literals(texts) := concat(", ", [literal(text) | some text in texts])

# A name that fits: itself, or its beginning with a digest.
shortened(text) := "_" if _without_nul(text) == ""

shortened(text) := name if {
	name := _without_nul(text)
	name != ""
	_bytes(name) <= _longest
}

shortened(text) := $"{substring(name, 0, _kept(name))}_{substring(crypto.sha256(name), 0, _digest_length)}" if {
	name := _without_nul(text)
	_bytes(name) > _longest
}

# A Kubernetes name as databases, schemas and roles are called: `customer-profile` is `customer_profile`.
snake(name) := shortened(replace(replace(name, "-", "_"), ".", "_"))

# The database of a product has its name.
database(product) := snake(product)

# A port's tables, as its consumers see them, are in a schema of its own. No name of Kubernetes has an underscore, so
# none of them gives this one.
port_schema(port_name) := shortened($"{port_prefix}{snake(port_name)}")

port_prefix := "port_"

# The role of a port has the name of its schema.
port_role(port_name) := port_schema(port_name)

# A consumer has a role of its own for each port, while its agreement is in force: `logistics.shipments.orders`. Neither
# namespaces nor ports have a dot in their name. It is also the key of the password in the port's Secret.
consumer_role(namespace, product, port_name) := shortened($"{namespace}.{product}.{port_name}")

# Characters of four bytes at most, so this many fit beside the digest.
_kept(name) := 52 if _bytes(name) == count(name)

_kept(name) := 13 if _bytes(name) != count(name)

_without_nul(text) := replace(text, "\u0000", "")

_bytes(text) := ((count(encoded) * 3) / 4) - (count(encoded) - count(trim_right(encoded, "="))) if {
	encoded := base64.encode(text)
}
