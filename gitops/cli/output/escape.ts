// Names and messages come from whoever pushed. Nothing in them may act on the terminal, the log or the page that
// shows them.

/** Control characters, line separators, and the marks that turn the direction of text around. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** One line of plain text: what would not print is shown as an escape. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, character => {
    if (character === '\n') return '\\n';
    if (character === '\t') return '\\t';
    return `\\u${character.codePointAt(0)?.toString(16).padStart(4, '0')}`;
  });
}

/** A line of a file, with its tabs as spaces so that a mark under a column meets it. */
export function printableSource(text: string): string {
  return printable(text.replaceAll('\t', ' '));
}

/** Text of an XML element or of an attribute in double quotes; what XML cannot hold at all is shown as an escape. */
export function xmlText(text: string): string {
  return printable(text.toWellFormed())
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
    .replace(/[\ufffe\uffff]/g, '\ufffd');
}

/** Data of a GitHub workflow command (actions/toolkit packages/core/src/command.ts). */
export function workflowData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** A property of a GitHub workflow command. */
export function workflowProperty(text: string): string {
  return workflowData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** Where Markdown may be rendered: nothing is taken for markup. */
export function markdownText(text: string): string {
  return printable(text).replace(/[\\`*_{}[\]()#+!|<>~]/g, character => `\\${character}`);
}

/** JSON text that may stand in a terminal, a log or a page: the same values, written with escapes. */
export function harmlessJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(
    /[<>\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
