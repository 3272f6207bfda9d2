package dappmesh.blueprints.embedded_postgres_test

import data.dappmesh.blueprints.embedded_postgres
import data.dappmesh.blueprints.lib.fixture

test_each_store_is_a_server_and_a_migration if {
	objects := _objects(fixture.product, fixture.inventory)
	{[object.kind, regex.replace(object.metadata.name, "-[0-9a-f]{10}$", "-#")] | some object in objects} == {[kind, name] |
		some store in ["orders-intake", "orders-marts"]
		some [kind, name] in [["Secret", store], ["Service", store], ["ConfigMap", store], ["PersistentVolumeClaim", store], ["StatefulSet", store], ["Job", $"{store}-#"]]
	}
	every object in objects {
		object.metadata.labels["dappmesh.io/product"] == "orders"
	}
}

test_passwords_are_generated if {
	some secret in _objects(fixture.product, fixture.inventory)
	secret.kind == "Secret"
	secret.metadata.annotations == {"dappmesh.io/generate": "superuser-password,owner-password,pseudonym-key"}
	not secret.data
}

test_parameters_are_those_of_the_entry if {
	changed := fixture.spoilt(fixture.product, [[["spec", "storage", 1, "parameters", "storageClassName"], "fast"]])
	_spec("PersistentVolumeClaim", "orders-marts", changed).storageClassName == "fast"
	server := _server("orders-marts", changed)
	server.template.spec.containers[0].resources.limits == {"memory": "8Gi"}
	plain := _server("orders-marts", fixture.product)
	count(plain.template.spec.initContainers) == 0
}

test_volume_is_a_claim_that_may_grow_while_the_server_stays_as_it_is if {
	larger := fixture.spoilt(fixture.product, [[["spec", "storage", 1, "size"], "7Gi"]])
	_spec("PersistentVolumeClaim", "orders-marts", fixture.product).resources.requests.storage == "1Gi"
	_spec("PersistentVolumeClaim", "orders-marts", larger).resources.requests.storage == "7Gi"
	_server("orders-marts", larger) == _server("orders-marts", fixture.product)
	{"name": "data", "persistentVolumeClaim": {"claimName": "orders-marts"}} in _server("orders-marts", larger).template.spec.volumes
}

test_stores_are_found_by_name_without_an_address_of_their_own if {
	services := [object.spec | some object in _objects(fixture.product, fixture.inventory); object.kind == "Service"]
	count(services) > 0
	every service in services {
		service.clusterIP == "None"
	}
}

test_server_is_what_its_service_selects_and_its_migration_is_not if {
	objects := _objects(fixture.product, fixture.inventory)
	some service in objects
	service.kind == "Service"
	some server in objects
	server.kind == "StatefulSet"
	server.metadata.name == service.metadata.name
	object.subset(server.spec.template.metadata.labels, service.spec.selector)
	every job in {object | some object in objects; object.kind == "Job"} {
		not object.subset(job.spec.template.metadata.labels, service.spec.selector)
	}
}

test_network_is_encrypted_where_the_entry_says_so if {
	product := fixture.spoilt(fixture.product, [[["spec", "storage", 1, "encryption"], {"inTransit": true}]])
	pod := _server("orders-marts", product).template.spec
	"ssl=on" in pod.containers[0].args
	pod.initContainers[0].name == "certificate"
	{"name": "certificate", "emptyDir": {"medium": "Memory"}} in pod.volumes
	some config in _objects(product, fixture.inventory)
	config.kind == "ConfigMap"
	config.metadata.name == "orders-marts"
	contains(config.data["pg_hba.conf"], "hostssl all all all scram-sha-256")
}

test_certificate_of_the_product_is_taken_where_there_is_one if {
	product := fixture.spoilt(fixture.product, [[["spec", "storage", 1, "encryption"], {"inTransit": true}]])
	issued := fixture.spoilt(fixture.inventory, [[["Mesh", "retail", "spec", "engineDefaults", "certificate"], "issuer"]])
	some server in _objects(product, issued)
	server.kind == "StatefulSet"
	server.metadata.name == "orders-marts"
	count(server.spec.template.spec.initContainers) == 0
	{"name": "certificate", "secret": {"secretName": "orders-tls", "defaultMode": 416}} in server.spec.template.spec.volumes
}

test_migration_knows_every_password_and_follows_the_contract if {
	job := _migration(fixture.contract)
	env := {variable.name: variable | some variable in job.spec.template.spec.containers[0].env}
	env.SECRET_1.valueFrom.secretKeyRef == {"name": "orders-lines", "key": "marketing.campaigns.lines"}
	env.PGUSER.value == "postgres"
	other := _migration(fixture.spoilt(fixture.contract, [[["spec", "odcs", "schema", 0, "description"], "Other words."]]))
	job.metadata.name != other.metadata.name
}

test_schemas_that_would_meet_are_a_fault if {
	every case in [
		[[["spec", "storage", 1, "name"], "port-x"], `a schema of the database is called "port_x" already; rename the storage`],
		[[["spec", "storage", 1, "name"], "shop"], `storage and input port "shop" would share a schema; rename one`],
		[[["spec", "inputPorts", 1, "name"], "public"], `a schema of the database is called "public" already; rename the input port`],
	] {
		product := fixture.spoilt(fixture.product, [case[0], [["spec", "outputPorts", 1, "parameters"], {}]])
		waits := {item.waitsFor | some item in _output(product, fixture.inventory); item.waitsFor}
		{"path": ["spec", "storage", 1, "name"], "message": case[1]} in waits
		{object.metadata.name | some object in _objects(product, fixture.inventory); object.kind == "StatefulSet"} == {"orders-intake"}
	}
}

_migration(contract) := job if {
	items := embedded_postgres.output with input as fixture.spoilt(fixture.review(fixture.product), [[["context", "contracts"], [contract]]])
		with data.inventory as fixture.inventory
		with data.index as fixture.index_of(fixture.inventory)
	some item in items
	job := item.object
	job.kind == "Job"
	job.metadata.labels["dappmesh.io/component"] == "marts"
}

_server(name, product) := _spec("StatefulSet", name, product)

_spec(kind, name, product) := object.spec if {
	some object in _objects(product, fixture.inventory)
	object.kind == kind
	object.metadata.name == name
}

_objects(product, inventory) := {item.object | some item in _output(product, inventory); item.object}

_output(product, inventory) := output if {
	output := embedded_postgres.output with input as fixture.review(product)
		with data.inventory as inventory
		with data.index as fixture.index_of(inventory)
}
