// The webhook configurations as shipped, read from the manifests that installed them.

import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import {
  CONFIGURATION_KINDS,
  type WebhookConfiguration,
  type WebhookEntry,
} from './webhook-configuration.ts';

/** Reads a YAML file, or all of a folder. Throws when the path or its YAML cannot be read, or holds none of the two; or one that is none. */
export async function readShippedConfigurations(path: string, name: string): Promise<WebhookConfiguration[]> {
  const files = (await stat(path)).isDirectory()
    ? (await readdir(path)).filter(file => /\.ya?ml$/.test(file)).map(file => join(path, file))
    : [path];
  const texts = await Promise.all(files.map(file => readFile(file, 'utf8')));
  const found = texts
    .flatMap(text => parseAllDocuments(text).map(document => document.toJS() as WebhookConfiguration | null))
    .filter(object => object !== null)
    .filter(
      object => CONFIGURATION_KINDS.some(kind => kind === object.kind) && object.metadata.name === name,
    );
  if (found.length === 0) throw new Error(`${path} holds no webhook configuration named ${name}`);
  const isBroken = ({ name: own, clientConfig }: Partial<WebhookEntry>): boolean => !own || !clientConfig;
  if (found.some(({ webhooks = [] }) => webhooks.some(isBroken))) {
    throw new Error(`${path} holds a webhook without a name or a clientConfig`);
  }
  return found;
}
