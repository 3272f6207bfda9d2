// Which format is written by whom.

import type { Policy } from '../../../policies/engine/verdict/policy.ts';
import type { Report } from '../judge/report.ts';

export const FORMATS = ['text', 'json', 'sarif', 'junit', 'github'] as const;
export type Format = (typeof FORMATS)[number];

/** The report in a format, ready to be written to the stream. */
export async function render(
  format: Format,
  report: Report,
  { policies, stream }: { policies: readonly Policy[]; stream: NodeJS.WritableStream },
): Promise<string> {
  switch (format) {
    case 'text': {
      const { paintFor, toText } = await import('./text.ts');
      return toText(report, paintFor(stream));
    }
    case 'json':
      return (await import('./json.ts')).toJson(report);
    case 'sarif': {
      const { toCatalogue } = await import('../catalogue.ts');
      return (await import('./sarif.ts')).toSarif(report, toCatalogue(policies));
    }
    case 'junit':
      return (await import('./junit.ts')).toJunit(report);
    case 'github':
      return (await import('./github.ts')).toGithub(report);
  }
}
