// Counts what passed and failed, and prints each check as it ends.

export class Tally {
  passed = 0;
  failed = 0;

  /** One check with its name, and what to print when it failed. */
  add(name: string, ok: boolean, output = ''): void {
    this.count(ok ? 1 : 0, ok ? 0 : 1);
    console.log(`${ok ? 'ok    ' : 'FAILED'} ${name}`);
    if (!ok && output.trim() !== '') console.log(indent(output.trimEnd()));
  }

  count(passed: number, failed: number): void {
    this.passed += passed;
    this.failed += failed;
  }
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '       ');
}
