// How many bytes of reviews are held at once, over all connections: each body is bounded, their number is not.

export interface BodyBudget {
  /** Takes bytes out of the budget; false, and nothing taken, if they are not in it. */
  take(bytes: number): boolean;
  give(bytes: number): void;
}

/** A budget of `limit` bytes. */
export function createBodyBudget(limit: number): BodyBudget {
  let left = limit;
  return {
    take(bytes) {
      if (bytes > left) return false;
      left -= bytes;
      return true;
    },
    give(bytes) {
      left += bytes;
    },
  };
}
