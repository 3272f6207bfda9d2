// "Did you mean …?": the known name that takes the fewest edits.

/** The name closest to a misspelt one, or undefined when none is close enough to be what was meant. */
export function closestName(misspelt: string, names: readonly string[]): string | undefined {
  // Two edits, three in long names; swapped case is no edit.
  const limit = misspelt.length > 8 ? 3 : misspelt.length > 3 ? 2 : 1;
  let best: string | undefined;
  let fewest = limit + 1;
  for (const name of [...names].sort()) {
    if (Math.abs(name.length - misspelt.length) > limit) continue;
    const edits = distance(misspelt.toLowerCase(), name.toLowerCase());
    if (edits < fewest) [best, fewest] = [name, edits];
  }
  return best;
}

/** Levenshtein distance, one row at a time. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
