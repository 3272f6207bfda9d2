# The product, Domain and Mesh that the object under review belongs to. Each is undefined where it is not there,
# which makes the policies that read it silent: absences are reported by the policies that look for them.

# METADATA
# schemas:
#   - input: schema["review-any"]
#   - data.inventory: schema.inventory
package dappmesh.governance.lib.vocabulary

_kind := input.request.kind.kind

# A product under review speaks for itself: the inventory may still hold its old version.
product := input.request.object if _kind == "DataProduct"

product := data.inventory.DataProduct[input.request.namespace][_product_name] if _kind != "DataProduct"

# Name of the product that the object describes, or grants access to.
_product_name := input.request.object.spec.productRef if _kind == "DataContract"

_product_name := input.request.object.spec.provider.product if _kind == "AccessAgreement"

domain_name := product.spec.domainRef

domain := data.inventory.Domain[domain_name]

mesh_name := domain.spec.meshRef

mesh := data.inventory.Mesh[mesh_name]
