# Which pods go first where there is no room for all: those of products of a higher tier of the Mesh.
# Who uses `pod` declares Domain.spec.meshRef and Mesh.spec.tiers in the inventory of its METADATA.
package dappmesh.blueprints.lib.priority

import data.dappmesh.blueprints.lib.component

# The first tier goes first. Values of users end at a billion; the step leaves room for classes made by hand.
_highest := 1000000

_step := 1000

# A class for each tier. The value of a PriorityClass cannot be changed, so it is part of the name: where a tier moves,
# another class takes the place of the old one.
classes(mesh_name, tiers) := [{"name": name, "value": value, "tier": tier} |
	some index, tier in tiers
	value := _highest - (index * _step)
	name := $"{mesh_name}-{tier.name}-{format_int(value, 10)}"
]

# What the spec of a product's pods says; nothing where the Mesh does not have its tier.
pod := {"priorityClassName": class.name |
	some class in classes(component.domain.spec.meshRef, component.mesh.spec.tiers)
	class.tier.name == component.product.spec.tier
}
