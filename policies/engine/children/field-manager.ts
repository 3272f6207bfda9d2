// Under which name children are applied.

export const FIELD_MANAGER = 'dappmesh-reconciler';
