// Writes kubeconfig files: JSON, which is YAML.

import { writeFile } from 'node:fs/promises';
import type { KeyPairPem } from './certificates.ts';

export interface KubeconfigContent {
  readonly url: string;
  readonly caPem: string;
  readonly user: string;
  readonly client: KeyPairPem;
}

/** Writes a kubeconfig with one context, readable by its owner only: it holds a private key. */
export async function writeKubeconfig(path: string, content: KubeconfigContent): Promise<void> {
  const { url, caPem, user, client } = content;
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'dappmesh', cluster: { server: url, 'certificate-authority-data': base64(caPem) } }],
    users: [
      {
        name: user,
        user: {
          'client-certificate-data': base64(client.certificate),
          'client-key-data': base64(client.key),
        },
      },
    ],
    contexts: [{ name: 'dappmesh', context: { cluster: 'dappmesh', user } }],
    'current-context': 'dappmesh',
  };
  await writeFile(path, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
