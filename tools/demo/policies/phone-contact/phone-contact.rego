# METADATA
# schemas:
#   - input: schema["review-data-product"]
package dappmesh.governance.phone_contact

# METADATA
# title: Phone contact
# description: A data product can be reached by phone. Written during the demo, as a governance author would.
# entrypoint: true
# custom:
#   code: DM-OWN-099
#   kinds: [DataProduct]
#   operations: [CREATE, UPDATE]
#   severity: low
#   enforce: {push: deny, admission: deny, audit: deny}
#   remedy: add a contact of type phone under owner.contacts
#   scope: [object]
#   inventory: []
violations contains {"path": ["spec", "owner", "contacts"], "message": "no contact has a phone", "details": {}} if {
	is_object(input.request.object)
	not _has_phone
}

_has_phone if {
	some contact in input.request.object.spec.owner.contacts
	contact.type == "phone"
}
