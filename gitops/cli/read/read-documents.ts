// The text of a file → its documents: quickly where the YAML is plain, fully where it is not, and not at all where
// it has nothing to do with DappMesh. Places are only looked up for the documents that have findings.

import type { Path } from '../../../policies/engine/verdict/verdict.ts';
import type { TextFault } from '../file-faults.ts';
import { readFullYaml } from './full-yaml.ts';
import { readJson } from './json-text.ts';
import { claimsGroup, mentionsGroup } from './mentions.ts';
import type { Parsed, ParsedDocument } from './parsed.ts';
import { readQuickYaml } from './quick-yaml.ts';
import { splitDocuments } from './split-documents.ts';

/** Documents without anything of ours, counted for the summary. */
export interface ReadDocuments extends Parsed {
  readonly others: number;
}

/** Reads a file of manifests. `all` reads documents of other groups too, as Kustomizations need it. */
export function readDocuments(text: string, name: string, all = false): ReadDocuments {
  const body = text.startsWith('\ufeff') ? text.slice(1) : text;
  const wanted = (part: string): boolean => all || mentionsGroup(part);
  if (isJson(body, name)) {
    return wanted(body) ? judgeable(readJson(body), body) : nothing(1);
  }
  const documents: ParsedDocument[] = [];
  const faults: TextFault[] = [];
  let others = 0;
  for (const chunk of splitDocuments(body)) {
    const read = wanted(chunk.text)
      ? judgeable(readYaml(chunk.text, chunk.firstLine), chunk.text)
      : nothing(1);
    documents.push(...read.documents);
    faults.push(...read.faults);
    others += read.others;
  }
  return { documents, faults, others };
}

function isJson(text: string, name: string): boolean {
  return name.endsWith('.json') || (/^\s*[{[]/.test(text) && isParsable(text));
}

function isParsable(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // YAML in the style of JSON, or faulty: the reader of YAML takes the one and tells of the other.
    return false;
  }
}

function readYaml(text: string, firstLine: number): Parsed {
  const value = readQuickYaml(text);
  if (value === undefined) return readFullYaml(text, firstLine);
  if (value === null) return { documents: [], faults: [] };
  return { documents: [{ value, traps: [], place: lazyPlace(text, firstLine) }], faults: [] };
}

function lazyPlace(text: string, firstLine: number): ParsedDocument['place'] {
  let full: ParsedDocument | undefined;
  return (path: Path) => {
    full ??= readFullYaml(text, firstLine).documents[0];
    return full?.place(path) ?? { line: firstLine + 1, column: 1 };
  };
}

/** A text that cannot be read is a finding only if it claims to be ours; templates are told apart. */
function judgeable(parsed: Parsed, text: string): ReadDocuments {
  if (parsed.faults.length === 0) return { ...parsed, others: 0 };
  if (!claimsGroup(text)) return { documents: parsed.documents, faults: [], others: 1 };
  const [first] = parsed.faults;
  if (first?.code !== 'DM-FILE-001' || !text.includes('{{')) return { ...parsed, others: 0 };
  const fault: TextFault = {
    ...first,
    code: 'DM-FILE-014',
    message: 'the file is a template and cannot be judged',
  };
  return { documents: parsed.documents, faults: [fault], others: 0 };
}

function nothing(others: number): ReadDocuments {
  return { documents: [], faults: [], others };
}
