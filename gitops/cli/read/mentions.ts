// Which texts concern DappMesh at all. Everything else in a repository is never parsed.

import { GROUP } from '../../../schemas/kinds.ts';

/** JSON and YAML escapes that could spell the group without its letters: \x64, \u0064, a continued line. */
const ESCAPE = /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|\r?\n[ \t]*)/gi;
const CLAIM = new RegExp(String.raw`apiVersion["']?\s*:[\s\S]{0,40}?${GROUP.replace('.', '\\.')}/`);

/** Whether the text could hold an object of our group; never false for one that does. */
export function mentionsGroup(text: string): boolean {
  return text.includes(GROUP) || (text.includes('\\') && unescape(text).includes(GROUP));
}

/** Whether a text that cannot be parsed says that it is an object of our group, not just that it knows one. */
export function claimsGroup(text: string): boolean {
  return CLAIM.test(text.includes('\\') ? unescape(text) : text);
}

function unescape(text: string): string {
  return text.replace(ESCAPE, (whole, x?: string, u?: string, long?: string) => {
    const code = Number.parseInt(x ?? u ?? long ?? '', 16);
    if (Number.isNaN(code)) return '';
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
