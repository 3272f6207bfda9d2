// Products that are about to be created: what they refer to is there, they themselves are not yet.
// Each also comes broken in seven ways, so that every family of checks has something to say.

import type { MeshObject } from '../../policies/engine/verdict/review.ts';
import { pick } from './example.ts';
import { contractFor, listOf, renamed, respecified } from './rename.ts';

export interface Candidate {
  readonly compliant: MeshObject;
  readonly violating: MeshObject;
  /** What must be in the inventory for the compliant one to be compliant: contract and agreements. */
  readonly support: readonly MeshObject[];
}

/** What the policies say of a violating candidate at admission, in order. */
export const EXPECTED = {
  denied: ['DM-ACC-003', 'DM-LIF-002', 'DM-OWN-001', 'DM-OWN-004', 'DM-SEC-001', 'DM-VER-002'],
  warned: ['DM-OWN-002'],
} as const;

/** Who creates compliant candidates, and who may not create any. */
export const OWNER = {
  username: 'anna.keller@retail.example',
  groups: ['sales-owners', 'system:authenticated'],
};
export const STRANGER = { username: 'mallory@retail.example', groups: ['guests', 'system:authenticated'] };

/** Inputs that a candidate reads; two of the example's five are left out, for a review of 5–6 KB. */
const INPUTS: readonly string[] = ['orders', 'catalog', 'stock'];

/** Candidates in namespace `sales`, each under a name of its own. */
export function makeCandidates(example: readonly MeshObject[], count: number): Candidate[] {
  return Array.from({ length: count }, (_, number) =>
    makeCandidate(example, `candidate-${String(number).padStart(2, '0')}`),
  );
}

function makeCandidate(example: readonly MeshObject[], name: string): Candidate {
  const template = pick(example, 'DataProduct', 'sales-insights');
  const contractId = `retail.sales.${name}`;
  const compliant = respecified(renamed(template, name, 'sales'), {
    inputPorts: listOf(template, 'inputPorts')
      .filter(port => INPUTS.includes(String(port['name'])))
      .map(port => ({ ...port, agreementRef: `${name}-${String(port['name'])}` })),
    outputPorts: listOf(template, 'outputPorts').map(port => ({
      ...port,
      contractRef: { id: contractId, version: '1.0.0' },
    })),
  });
  return { compliant, violating: broken(compliant), support: supportFor(example, name, contractId) };
}

function supportFor(example: readonly MeshObject[], name: string, contractId: string): MeshObject[] {
  const contract = pick(example, 'DataContract', 'sales-insights-v1-0-0');
  const agreements = INPUTS.map(input => {
    const agreement = pick(example, 'AccessAgreement', `sales-insights-${input}`);
    return respecified(renamed(agreement, `${name}-${input}`), {
      consumer: { namespace: 'sales', product: name },
    });
  });
  return [contractFor(contract, { name, namespace: 'sales', contractId }), ...agreements];
}

/** Sent by a stranger, it breaks exactly the policies in EXPECTED. */
function broken(product: MeshObject): MeshObject {
  const [input, ...inputs] = listOf(product, 'inputPorts');
  const { agreementRef: _, ...bare } = { agreementRef: '', ...input };
  return respecified(product, {
    owner: { teamRef: 'nobody', contacts: [] },
    version: '1.0',
    lifecycle: { phase: 'finished', maturity: 'strategic' },
    inputPorts: [bare, ...inputs],
    storage: listOf(product, 'storage').map(storage => ({ ...storage, region: 'us-east' })),
  });
}
