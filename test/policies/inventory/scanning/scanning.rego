package dappmesh.governance.scanning

# METADATA
# title: Index and scan agree
# description: Each question that the host keeps an index for, asked of the inventory itself.
# entrypoint: true
# custom:
#   code: DM-TST-001
#   kinds: [DataProduct]
#   operations: [CREATE, UPDATE]
#   severity: high
#   enforce: {push: deny, admission: deny, audit: deny}
#   remedy: none
#   scope: [inventory]
#   inventory: [DataProduct.spec.inputPorts.from, DataContract.spec.odcs]
violations contains {"path": [question], "message": "the index lacks what a scan finds", "details": {"entries": lacks}} if {
	some question, found in _scan
	lacks := found - _index(question)
	count(lacks) > 0
}

violations contains {"path": [question], "message": "the index has what no scan finds", "details": {"entries": has}} if {
	some question, _ in data.index
	has := _index(question) - _scan[question]
	count(has) > 0
}

_index(question) := {path | walk(data.index[question], [path, true])}

_scan["contracts_of_product"] := {[namespace, spec.productRef, name] |
	spec := data.inventory.DataContract[namespace][name].spec
	is_string(spec.productRef)
}

_scan["products_by_domain"] := {[spec.domainRef, name, namespace] |
	spec := data.inventory.DataProduct[namespace][name].spec
	is_string(spec.domainRef)
}

_scan["agreements_by_provider"] := {[namespace, spec.provider.product, name] |
	spec := data.inventory.AccessAgreement[namespace][name].spec
}

_scan["agreements_by_consumer"] := {[spec.consumer.namespace, spec.consumer.product, namespace, name] |
	spec := data.inventory.AccessAgreement[namespace][name].spec
}

_scan["consumers_of_port"] := {[from.namespace, from.product, from.port, namespace, name] |
	some [namespace, name, from] in _inputs
}

_scan["input_edges"] := {[namespace, name, from.namespace, from.product] | some [namespace, name, from] in _inputs}

_scan["classes_of_contract"] := {[namespace, name, class] |
	some [namespace, name, property] in _properties
	class := object.get(property, "classification", "")
}

# Of names, NFKC changes nothing that the objects here have.
_scan["tags_of_contract"] := {[namespace, name, lower(trim_space(tag))] |
	some [namespace, name, holder] in ((_properties | _tables) | _documents)
	some tag in holder.tags
}

_inputs := {[namespace, name, port.from] |
	spec := data.inventory.DataProduct[namespace][name].spec
	is_array(spec.inputPorts)
	some port in spec.inputPorts
}

_documents := {[namespace, name, spec.odcs] |
	spec := data.inventory.DataContract[namespace][name].spec
}

_tables := {[namespace, name, table] |
	some [namespace, name, document] in _documents
	some table in document.schema
}

_properties := {[namespace, name, property] |
	spec := data.inventory.DataContract[namespace][name].spec
	some table in spec.odcs.schema
	some property in table.properties
}
