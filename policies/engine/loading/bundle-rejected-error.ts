// Why a bundle does not serve.

/** The file is not a bundle that may serve; `faults` says everything that is wrong with it. */
export class BundleRejectedError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[], options?: ErrorOptions) {
    super(`the policy bundle is refused: ${faults.join('; ')}`, options);
    this.name = 'BundleRejectedError';
    this.faults = faults;
  }
}
