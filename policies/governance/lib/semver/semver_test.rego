package dappmesh.governance.lib.semver_test

import data.dappmesh.governance.lib.semver as versions

test_parts_are_numbers if {
	versions.parts("1.10.0") == [1, 10, 0]
	versions.parts("0.0.0") == [0, 0, 0]
}

test_parts_compare_by_number if {
	versions.parts("1.10.0") > versions.parts("1.9.0")
	versions.parts("2.0.0") > versions.parts("1.99.99")
	versions.parts("1.0.1") > versions.parts("1.0.0")
}

test_other_forms_have_no_parts if {
	every version in ["1.0", "1.0.0-rc.1", "v1.0.0", "1.0.0+1", "", "1.0.01", 1, null, ["1", "0", "0"]] {
		not versions.parts(version)
		not versions.is_valid(version)
	}
}

# The built-in takes pre-releases, build metadata and a leading v besides.
test_valid_versions_are_valid_for_the_built_in if {
	every version in ["0.0.0", "1.4.0", "10.20.30", "999999999999999.0.1"] {
		versions.is_valid(version)
		semver.is_valid(version)
	}
}
