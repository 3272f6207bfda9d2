// The API group and version of every kind.

export const GROUP = 'dappmesh.io';
export const VERSION = 'v1alpha1';
export const API_VERSION = `${GROUP}/${VERSION}`;
