module dappmesh.io/tools/crds

go 1.26.0

// Not built: only the CustomResourceDefinitions in them are read (crds.ts).
require (
	github.com/cert-manager/cert-manager v1.21.2
	github.com/fluxcd/kustomize-controller v1.7.3
	github.com/fluxcd/source-controller v1.7.3
	github.com/openreports/reports-api v0.2.1
	github.com/prometheus-operator/prometheus-operator v0.85.0
)
