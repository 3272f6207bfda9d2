// The shape of a generated validator module.

import type { ErrorObject } from 'ajv';
import type { ObjectChecks } from './object-checks.ts';

/** As Ajv compiles it: true when valid, else `errors` says why until the next call. */
export interface CompiledValidator {
  (data: unknown): boolean;
  errors?: ErrorObject[] | null;
}

/** A module of `generated/validators`. */
export interface ValidatorModule {
  readonly validate: CompiledValidator;
  /** Absent for the contract standard. */
  readonly checks?: ObjectChecks;
}
