// The serving certificate from whichever source, and the webhook configurations that must trust it.

import type { Logger } from 'pino';
import type { Cluster } from '../cluster/connect.ts';
import { calledNames } from './called-names.ts';
import { ensureAuthorities } from './certificates/authority-secret.ts';
import type {
  CertificateDeps,
  CertificateSource,
  ServingCertificate,
} from './certificates/certificate-source.ts';
import { followAuthorities } from './certificates/issued-certificate.ts';
import { followMountedFiles } from './certificates/mounted-certificate.ts';
import type { Config } from './config.ts';
import { type ConfigurationKeeper, keepConfigurations } from './configurations/configuration-keeper.ts';
import { exemptNamespaces } from './configurations/exempt-namespaces.ts';
import type { WebhookConfiguration } from './configurations/webhook-configuration.ts';
import type { Metrics } from './metrics.ts';
import type { Readiness } from './readiness.ts';

export interface CertificateServingDeps {
  readonly config: Config;
  readonly cluster: Pick<Cluster, 'request'>;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
  readonly shipped: readonly WebhookConfiguration[];
  /** Called for the first certificate and for every later one. */
  readonly onCertificate: (certificate: ServingCertificate) => void;
}

export interface CertificateServing {
  stop(): void;
}

/** While there is no certificate, the source is asked this often. */
const IMPATIENT_MS = 1_000;

/** Looks for a certificate at once, and goes on looking until it is stopped. */
export function serveCertificate(deps: CertificateServingDeps): CertificateServing {
  const { config, metrics, readiness } = deps;
  const keeper = config.configuration === '' ? undefined : createKeeper(deps);
  const source = createSource(config, deps, {
    pollMs: config.poll,
    onCertificate(certificate) {
      noteCertificate(certificate, deps);
      readiness.meet('certificate');
      deps.onCertificate(certificate);
      void keeper?.trust(certificate.trustedPem);
    },
    onFault(error) {
      metrics.certificateRenewals.inc({ outcome: 'failed' });
      readiness.wait('certificate', error instanceof Error ? error.message : String(error));
      deps.log.error({ err: error }, 'certificate not renewed');
    },
  });
  const impatient = setInterval(() => {
    if (readiness.has('certificate')) clearInterval(impatient);
    else void source.check();
  }, IMPATIENT_MS);
  void source.check();
  return {
    stop() {
      clearInterval(impatient);
      source.stop();
      keeper?.stop();
    },
  };
}

function createSource(
  config: Config,
  deps: CertificateServingDeps,
  common: CertificateDeps,
): CertificateSource {
  const { 'tls-cert': certFile, 'tls-key': keyFile, 'tls-ca': caFile } = config;
  if (certFile !== '') return followMountedFiles({ ...common, certFile, keyFile, caFile });
  const now = (): Date => new Date();
  const { namespace, 'ca-secret': name } = config;
  return followAuthorities({
    ...common,
    authorities: () => ensureAuthorities({ cluster: deps.cluster, namespace, name, now }),
    names: calledNames(config),
    now,
  });
}

function createKeeper({
  config,
  cluster,
  log,
  metrics,
  readiness,
  shipped,
}: CertificateServingDeps): ConfigurationKeeper {
  const tellExempt = exemptionTeller(metrics, log);
  return keepConfigurations({
    cluster,
    name: config.configuration,
    shipped,
    pollMs: config.poll,
    onFound(configuration, faults) {
      for (const { fault } of faults) metrics.configurationFaults.inc({ configuration, fault });
      if (faults.length === 0) log.info({ configuration }, 'webhook configuration in order again');
      else log.warn({ configuration, faults }, 'webhook configuration found out of order');
    },
    // A configuration that is not there sends nobody here who could be turned away.
    onChecked(trust, standing) {
      if (trust.kind === 'untrusted') readiness.wait('configuration', trust.reason);
      else readiness.meet('configuration');
      tellExempt(standing);
    },
    onError(error) {
      log.error({ err: error }, 'webhook configuration not checked');
    },
  });
}

/** Which namespaces are never judged is told when it is first known, and when it changes. */
function exemptionTeller(metrics: Metrics, log: Logger): (standing: readonly WebhookConfiguration[]) => void {
  let last = '';
  return standing => {
    for (const configuration of standing) {
      if (configuration.kind !== 'ValidatingWebhookConfiguration') continue;
      const namespaces = exemptNamespaces(configuration);
      metrics.exemptNamespaces.set(namespaces.length);
      if (namespaces.join() !== last) log.info({ namespaces }, 'namespaces exempt from admission');
      last = namespaces.join();
    }
  };
}

function noteCertificate(certificate: ServingCertificate, { metrics, log }: CertificateServingDeps): void {
  const { until, authorityUntil } = certificate;
  metrics.certificateRenewals.inc({ outcome: 'renewed' });
  metrics.certificateExpiry.set({ certificate: 'serving' }, until.getTime() / 1_000);
  if (authorityUntil !== undefined) {
    metrics.certificateExpiry.set({ certificate: 'authority' }, authorityUntil.getTime() / 1_000);
  }
  log.info({ until, authorityUntil }, 'certificate in use');
}
