// What must be true before the first review is judged. A handshake with ourselves rests on nobody else, so it can be
// lost again.

import type { Readiness as ReadinessOf } from '../process/readiness.ts';

export type Condition = 'bundle' | 'inventory' | 'certificate' | 'configuration' | 'handshake';

export type Readiness = ReadinessOf<Condition, 'handshake'>;
