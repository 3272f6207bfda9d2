// The finalizer of what somebody still uses.

export const IN_USE_FINALIZER = 'dappmesh.io/in-use';
