# The agreements that give access now, seen from the provider and from the consumer. They are sets, which have no order
# of their own in Wasm: what becomes a list is to be sorted.
# Who uses it declares AccessAgreement.spec.provider, AccessAgreement.spec.consumer, AccessAgreement.spec.state,
# AccessAgreement.spec.start and AccessAgreement.spec.end in the inventory of its METADATA.

# METADATA
# schemas:
#   - input: schema["review-data-product"]
#   - data.inventory: schema.inventory
#   - data.index: schema["index"]
package dappmesh.blueprints.lib.access

# On every object that gives access: what takes access away is done even while its owner waits for something.
annotations := {"dappmesh.io/access": "granted"}

_product := input.request.object

_namespace := _product.metadata.namespace

# Timestamps are UTC to whole seconds, so they compare as text. As DM-ACC-003 has it: without a start there is no
# access yet, without an end it runs until it is revoked.
is_running(agreement) if {
	agreement.state == "approved"
	agreement.start <= input.context.now
	not _is_over(agreement)
}

_is_over(agreement) if agreement.end <= input.context.now

# The running agreements with the product under review as provider, those to ports that it no longer has included.
granted contains {
	"agreement": name,
	"namespace": agreement.consumer.namespace,
	"product": agreement.consumer.product,
	"port": agreement.provider.port,
	"major": agreement.provider.major,
} if {
	some name, _ in data.index.agreements_by_provider[_namespace][_product.metadata.name]
	agreement := data.inventory.AccessAgreement[_namespace][name].spec
	is_running(agreement)
}

# Who may read a port now: an agreement covers one major of it.
in_force(port_name) := {{"agreement": grant.agreement, "namespace": grant.namespace, "product": grant.product} |
	some grant in granted
	grant.port == port_name
	some port in _product.spec.outputPorts
	port.name == port_name
	_major(port, grant.major) == grant.major
}

# A port that states no version is taken at its agreements' word.
_major(port, _) := to_number(split(port.version, ".")[0])

_major(port, given) := given if not port.version

# What the product under review may read now, as consumer.
received contains {
	"agreement": name,
	"namespace": namespace,
	"product": agreement.provider.product,
	"port": agreement.provider.port,
	"major": agreement.provider.major,
} if {
	some namespace, names in data.index.agreements_by_consumer[_namespace][_product.metadata.name]
	some name, _ in names
	agreement := data.inventory.AccessAgreement[namespace][name].spec
	is_running(agreement)
}

# Those of all agreements that the product under review has, on either side.
turns contains moment if {
	some name, _ in data.index.agreements_by_provider[_namespace][_product.metadata.name]
	some moment in moments(data.inventory.AccessAgreement[_namespace][name].spec)
}

turns contains moment if {
	some namespace, names in data.index.agreements_by_consumer[_namespace][_product.metadata.name]
	some name, _ in names
	some moment in moments(data.inventory.AccessAgreement[namespace][name].spec)
}

# The moments, still to come, at which an agreement begins or ends to count.
moments(agreement) := {moment |
	agreement.state == "approved"
	some field in ["start", "end"]
	moment := agreement[field]
	moment > input.context.now
}
