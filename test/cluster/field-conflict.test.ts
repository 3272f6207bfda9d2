import t from 'tap';
import { ApiError } from '../../cluster/api-error.ts';
import { isFieldConflict, isHandEdit } from '../../cluster/field-conflict.ts';

const APPLIED = 'Apply failed with 1 conflict: conflict with "argocd-controller": .data.a';
const EDITED = 'Apply failed with 2 conflicts: conflicts with "kubectl-edit" using v1:\n- .data.b\n- .data.a';
const SCALED =
  'Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas';
const BOTH =
  'Apply failed with 2 conflicts: conflicts with "kubectl-edit" using v1:\n- .data.b\nconflicts with "argocd-controller":\n- .data.a';

const CASES: readonly (readonly [message: string, isConflict: boolean, isEdit: boolean])[] = [
  [EDITED, true, true],
  [SCALED, true, true],
  [APPLIED, true, false],
  [BOTH, true, false],
  ['the object has been modified', false, false],
];

for (const [message, isConflict, isEdit] of CASES)
  t.test(`an edit by hand is told from a manager that applies: ${message}`, async t => {
    const error = new ApiError({ status: 409, reason: '', message: `PATCH /api/v1/x: ${message}` });
    t.equal(isFieldConflict(error), isConflict);
    t.equal(isHandEdit(error), isEdit);
    t.notOk(isHandEdit(new Error(message)), 'no answer of the API server');
  });
