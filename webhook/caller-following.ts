// Who may call: anybody, or who shows a certificate of an authority that is followed as our own certificates are.

import type { Logger } from 'pino';
import { followCallerAuthority } from './certificates/caller-authority.ts';
import type { Config } from './config.ts';
import type { Readiness } from './readiness.ts';
import type { CallerRule } from './transport.ts';

export interface CallerFollowingDeps {
  readonly config: Config;
  readonly log: Logger;
  readonly readiness: Pick<Readiness, 'wait'>;
  /** Called with the first rule and with every later one; never if anybody may call. */
  readonly onCallers: (callers: CallerRule) => void;
}

export interface CallerFollowing {
  /** Resolves when it is known who may call: until then the port must stay shut. */
  readonly known: Promise<void>;
  stop(): void;
}

/** Begins to follow the authority that the configuration names. */
export function followCallers({ config, log, readiness, onCallers }: CallerFollowingDeps): CallerFollowing {
  const { 'client-ca': file, 'client-name': names, poll: pollMs } = config;
  if (file === '') return { known: Promise.resolve(), stop: () => {} };
  const known = Promise.withResolvers<void>();
  let lastFault = '';
  const following = followCallerAuthority({
    file,
    pollMs,
    onAuthority(caPem) {
      lastFault = '';
      log.info({ file, names }, 'authority of callers in use');
      onCallers({ caPem, names });
      known.resolve();
    },
    onFault(error) {
      const fault = error instanceof Error ? error.message : String(error);
      // The port opens only then, and no handshake is to be had before.
      readiness.wait('handshake', `--client-ca: ${fault}`);
      if (fault !== lastFault) log.error({ err: error }, 'authority of callers not taken up');
      lastFault = fault;
    },
  });
  void following.check();
  return { known: known.promise, stop: () => following.stop() };
}
