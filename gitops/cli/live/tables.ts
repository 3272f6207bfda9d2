// Which columns people see of each part of a live mesh.

import { type Column, tableLines } from '../output/table.ts';
import type { Paint } from '../output/text.ts';
import type { ObjectState } from './object-state.ts';
import type {
  ContractRow,
  DomainRow,
  EngineRow,
  ExemptionRow,
  MeshRow,
  Overview,
  PortRow,
  ProductRow,
  UseRow,
} from './overview.ts';
import { shortTime } from './standing.ts';

/** A part that can be asked for, by any of its names. */
export type Section =
  | 'meshes'
  | 'domains'
  | 'products'
  | 'ports'
  | 'uses'
  | 'contracts'
  | 'engines'
  | 'exemptions';

type StyledRow = ObjectState;

const READY: Column<StyledRow> = {
  title: 'READY',
  of: ({ ready }) => ready,
  style: ({ ready }) => (ready === 'True' ? 'green' : ready === 'False' ? 'red' : 'yellow'),
};
const COMPLIANT: Column<StyledRow> = {
  title: 'COMPLIANT',
  of: ({ compliant }) => compliant,
  style: ({ compliant }) => (compliant === 'False' ? 'red' : undefined),
};
const STATUS: Column<StyledRow> = {
  title: 'STATUS',
  of: ({ reason, deleting, suspended }) =>
    [deleting ? 'Terminating' : '', suspended && reason !== 'Suspended' ? 'Suspended' : '', reason]
      .filter(part => part !== '')
      .join(', '),
};

const MESHES: readonly Column<MeshRow>[] = [
  { title: 'MESH', of: ({ name }) => name },
  { title: 'DOMAINS', of: ({ domains }) => String(domains) },
  READY,
  COMPLIANT,
  STATUS,
];
const DOMAINS: readonly Column<DomainRow>[] = [
  { title: 'DOMAIN', of: ({ name }) => name },
  { title: 'NAMESPACES', of: ({ namespaces }) => namespaces.join(',') },
  { title: 'PRODUCTS', of: ({ products }) => String(products) },
  READY,
  COMPLIANT,
  STATUS,
];
const PRODUCTS: readonly Column<ProductRow>[] = [
  { title: 'PRODUCT', of: ({ namespace, name }) => `${namespace}/${name}` },
  { title: 'DOMAIN', of: ({ domain }) => domain },
  { title: 'VERSION', of: ({ version }) => version },
  { title: 'PHASE', of: ({ phase }) => phase },
  READY,
  COMPLIANT,
  { title: 'SUSPENDED', of: ({ suspended }) => (suspended ? 'yes' : 'no') },
  STATUS,
];
const PORTS: readonly Column<PortRow>[] = [
  { title: 'PORT', of: ({ namespace, product, port }) => `${namespace}/${product}/${port}` },
  { title: 'TYPE', of: ({ type }) => type },
  { title: 'CONTRACT', of: ({ contract }) => contract },
  { title: 'ENGINE', of: ({ engineClass }) => engineClass },
  { title: 'CONSUMERS', of: ({ consumers }) => String(consumers) },
  { title: 'ENDPOINT', of: ({ endpoint }) => endpoint },
];
const USES: readonly Column<UseRow>[] = [
  { title: 'CONSUMER', of: ({ consumer }) => `${consumer.namespace}/${consumer.product}` },
  {
    title: 'USES',
    of: ({ provider }) => `${provider.namespace}/${provider.product}/${provider.port}`,
  },
  { title: 'AGREEMENT', of: ({ agreement }) => agreement },
  {
    title: 'STANDING',
    of: ({ standing, isUsed }) => (isUsed ? standing : `${standing}, not used`),
    style: ({ standing, isUsed }) => (standing === 'in force' ? 'green' : isUsed ? 'red' : undefined),
  },
  { title: 'UNTIL', of: ({ until }) => shortTime(until) },
];
const CONTRACTS: readonly Column<ContractRow>[] = [
  { title: 'CONTRACT', of: ({ namespace, name }) => `${namespace}/${name}` },
  { title: 'PRODUCT', of: ({ product }) => product },
  { title: 'ID', of: ({ id }) => id },
  { title: 'VERSION', of: ({ version }) => version },
  { title: 'ODCS-STATUS', of: ({ odcsStatus }) => odcsStatus },
  READY,
  COMPLIANT,
  STATUS,
];
const ENGINES: readonly Column<EngineRow>[] = [
  { title: 'ENGINE', of: ({ name }) => name },
  { title: 'ROLE', of: ({ role }) => role },
  { title: 'BLUEPRINT', of: ({ blueprint }) => blueprint },
];
const EXEMPTIONS: readonly Column<ExemptionRow>[] = [
  { title: 'EXEMPTION', of: ({ namespace, name }) => `${namespace}/${name}` },
  { title: 'POLICY', of: ({ policy }) => policy },
  { title: 'TARGET', of: ({ target }) => target },
  { title: 'EXPIRES', of: ({ expires }) => shortTime(expires) },
  READY,
  STATUS,
];

const TABLES: { readonly [Name in Section]: (overview: Overview, paint: Paint) => string[] } = {
  meshes: ({ meshes }, paint) => tableLines(MESHES, meshes, paint),
  domains: ({ domains }, paint) => tableLines(DOMAINS, domains, paint),
  products: ({ products }, paint) => tableLines(PRODUCTS, products, paint),
  ports: ({ ports }, paint) => tableLines(PORTS, ports, paint),
  uses: ({ uses }, paint) => tableLines(USES, uses, paint),
  contracts: ({ contracts }, paint) => tableLines(CONTRACTS, contracts, paint),
  engines: ({ engines }, paint) => tableLines(ENGINES, engines, paint),
  exemptions: ({ exemptions }, paint) => tableLines(EXEMPTIONS, exemptions, paint),
};

/** The tables of the sections that have rows, an empty line between them; empty when none has. */
export function sectionsText(overview: Overview, sections: readonly Section[], paint: Paint): string {
  return sections
    .filter(section => overview[section].length > 0)
    .map(section => `${TABLES[section](overview, paint).join('\n')}\n`)
    .join('\n');
}
