// Keeps the readiness condition `handshake` true to what the own port does: asked when it opens and after every new
// certificate. A certificate that no caller can trust takes readiness back; a busy server, once met, does not.

import type { Readiness } from './readiness.ts';
import type { DialOutcome } from './self-dial.ts';

export interface HandshakeCheckDeps {
  readonly readiness: Pick<Readiness, 'wait' | 'meet' | 'lose'>;
  /** Asks the port with the certificate that it serves now. */
  readonly dial: () => Promise<DialOutcome>;
  /** Pause between two attempts while there is no good answer. */
  readonly retryMs: number;
  /** Called once per bad answer that differs from the one before. */
  readonly onFault: (message: string) => void;
}

export interface HandshakeCheck {
  /** Asks now. An answer that was under way is not waited for: it is about the certificate before. */
  check(): Promise<void>;
  stop(): void;
}

/** It asks nothing until told to, and then until the answer is good. */
export function checkHandshake({ readiness, dial, retryMs, onFault }: HandshakeCheckDeps): HandshakeCheck {
  let round = 0;
  let timer: NodeJS.Timeout | undefined;
  let lastFault = '';
  function take(outcome: DialOutcome): void {
    if (outcome.kind === 'answered') {
      lastFault = '';
      return readiness.meet('handshake');
    }
    if (outcome.kind === 'broken') readiness.lose('handshake', outcome.message);
    else readiness.wait('handshake', outcome.message);
    if (outcome.message !== lastFault) onFault((lastFault = outcome.message));
    timer = setTimeout(() => void check(), retryMs);
  }
  async function check(): Promise<void> {
    clearTimeout(timer);
    const asked = ++round;
    const outcome = await dial();
    if (asked === round) take(outcome);
  }
  return {
    check,
    stop() {
      round += 1;
      clearTimeout(timer);
    },
  };
}
