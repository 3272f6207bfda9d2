// Generated from the JSON Schemas by schemas/generate.ts; do not edit.
import type { ValidatorModule } from '../../validator.ts';

export declare const validate: ValidatorModule['validate'];
export declare const checks: ValidatorModule['checks'];
