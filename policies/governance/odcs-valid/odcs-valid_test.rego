package dappmesh.governance.odcs_valid_test

import data.dappmesh.governance.lib.fixture
import data.dappmesh.governance.odcs_valid

test_document_without_faults_passes if {
	count(odcs_valid.violations) == 0 with input as fixture.create(fixture.contract)
	count(odcs_valid.violations) == 0 with input as _judged([])
}

test_each_fault_of_the_validator_is_a_violation if {
	faults := [
		{"path": ["spec", "odcs", "version"], "message": "it is not set"},
		{"path": ["spec", "odcs", "schema", 0, "name"], "message": "it is not text"},
	]
	odcs_valid.violations == {object.union(fault, {"details": {}}) | some fault in faults} with input as _judged(faults)
}

_judged(faults) := fixture.spoilt(fixture.create(fixture.contract), [[["context", "structure"], faults]])
