// Many things to do, a few at a time.

/** Handles every item, at most `lanes` at once. Rejects with what the first one throws. */
export async function inLanes<Item>(
  items: readonly Item[],
  lanes: number,
  handle: (item: Item) => Promise<void>,
): Promise<void> {
  const iterator = items.values();
  const workers = Array.from({ length: Math.min(lanes, items.length) }, async () => {
    for (const item of iterator) await handle(item);
  });
  await Promise.all(workers);
}
