// A bundle with the real policies and one blueprint that makes what a product's tags say: tests of plans stand on it,
// so that they do not change with the engines.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildBundle } from '../../../../policies/bundle/build.ts';

const BLUEPRINT = `# METADATA
# schemas:
#   - input: schema["review-data-product"]
#   - data.inventory: schema.inventory
package dappmesh.blueprints.testing

# METADATA
# title: Testing
# description: One ConfigMap per tag, a Secret with a password, and what some tags ask for.
# entrypoint: true
# custom:
#   kinds: [DataProduct]
#   makes: [v1/ConfigMap, v1/Secret, example.test/v1/Widget]
#   inventory: [Domain.spec.description]
output contains {"object": {
	"apiVersion": "v1",
	"kind": "ConfigMap",
	"metadata": {"name": $"{_name}-{tag}", "labels": {"dappmesh.io/component": tag}, "annotations": _annotations(tag)},
	"data": {"text": concat("\\n", [_spec.displayName, "second line", count_of_contracts])},
}} if {
	some tag in _spec.tags
	tag != "widget"
	count_of_contracts := $"{count(input.context.contracts)} contracts"
}

output contains {"object": {
	"apiVersion": "v1",
	"kind": "Secret",
	"metadata": {"name": $"{_name}-keys", "annotations": {"dappmesh.io/generate": "password"}},
	"stringData": {"user": "orders"},
}}

output contains {"object": {"apiVersion": "example.test/v1", "kind": "Widget", "metadata": {"name": _name}}} if {
	"widget" in _spec.tags
}

# Not among what it makes.
output contains {"object": {"apiVersion": "v1", "kind": "Service", "metadata": {"name": _name}}} if {
	"undeclared" in _spec.tags
}

output contains {"holds": {"component": "held", "message": "crm/segments uses port table"}} if "holding" in _spec.tags

output contains {"waitsFor": {"path": ["spec", "domainRef"], "message": "the domain says nothing"}} if {
	not data.inventory.Domain[_spec.domainRef].spec.description
}

output contains {"until": "2090-01-01T00:00:00Z"} if "2090-01-01T00:00:00Z" > input.context.now

_annotations(tag) := {"dappmesh.io/access": "granted"} if startswith(tag, "reader")

_annotations(tag) := {} if not startswith(tag, "reader")

_spec := input.request.object.spec

_name := input.request.object.metadata.name
`;

/** Builds it in a folder; gives the path of the bundle. */
export async function buildPlanBundle(folder: string): Promise<string> {
  const source = join(folder, 'blueprints');
  mkdirSync(join(source, 'testing'), { recursive: true });
  writeFileSync(join(source, 'testing/testing.rego'), BLUEPRINT);
  const { path } = await buildBundle({
    sources: ['policies/governance', 'policies/defaults', source],
    output: join(folder, 'bundle.tar.gz'),
  });
  return path;
}

/** A product that has the structure of one, with these tags. */
export function productWith(
  tags: readonly string[],
  { name = 'orders', namespace = 'sales', displayName = 'Orders', more = '' } = {},
): string {
  return `apiVersion: dappmesh.io/v1alpha1
kind: DataProduct
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  domainRef: sales
  displayName: ${displayName}
  tags: [${tags.join(', ')}]
${more}`;
}

/** What a product needs around it. */
export const DOMAIN = `apiVersion: dappmesh.io/v1alpha1
kind: Domain
metadata: {name: sales}
spec: {meshRef: retail, namespaces: [sales, coming], description: What is sold.}
---
apiVersion: dappmesh.io/v1alpha1
kind: Mesh
metadata: {name: retail}
spec: {}
`;
