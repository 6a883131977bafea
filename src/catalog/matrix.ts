/**
 * The capability matrix: all platforms by what can be done with each. Every cell follows from a connector, so it
 * cannot promise what the code does not do.
 */
import {
  type AuthMethod,
  type CallDraft,
  type Connector,
  type Facet,
  type Limit,
  type Manifest,
  type ManifestOnly,
  type SecretField,
  type Support,
  transcriptReader,
} from '#connector';
import { isConnector } from './connector-for.js';
import { type ExceptionRow, exceptionsOf } from './exceptions.js';
import { webhooksInWords } from './webhooks-in-words.js';
import { callsPerDayAtMost, requestsFor } from './throughput.js';

export type Capability = 'list-calls' | 'transcripts' | 'recording-references' | 'preview';

export interface MatrixRow {
  readonly id: string;
  readonly name: string;
  readonly kind: Manifest['kind'];
  /** Id of the platform whose connections reach it; its own, but for a facet. */
  readonly reachedThrough: string;
  /** Only calls of this medium are its own. Undefined: all that its connections reach. */
  readonly medium: CallDraft['medium'] | undefined;
  readonly status: Support;
  readonly caveat: string | undefined;
  readonly wouldChangeIf: string | undefined;
  readonly customerBrings: readonly string[];
  readonly docs: string;
  readonly verifiedOn: string;
  /** What at least one way in allows. */
  readonly capabilities: readonly Capability[];
  readonly authMethods: readonly WayIn[];
  /** In words, as the platform publishes them. */
  readonly limits: readonly string[];
  /** Undefined: as long as the account is old, or not supported. */
  readonly reachesBackDays: number | undefined;
  /** How long after its start a call may still appear or change, in hours. */
  readonly settleHours: number | undefined;
  /** How it tells of new calls by itself, in words. Undefined: it has to be asked, or is not supported. */
  readonly tellsOfCalls: string | undefined;
  readonly requestsPerThousandCalls: number | undefined;
  readonly callsPerDayAtMost: number | undefined;
  /** What the conformance kit does not show of it. */
  readonly exceptions: readonly ExceptionRow[];
}

export interface WayIn {
  readonly kind: AuthMethod['kind'];
  readonly label: string;
  readonly fields: readonly SecretField[];
  readonly capabilities: readonly Capability[];
}

/** One row for each platform and each facet of one, by id. */
export function matrix(platforms: ReadonlyMap<string, Connector | ManifestOnly>): readonly MatrixRow[] {
  return [...platforms.values()]
    .flatMap(platform => {
      const facets = isConnector(platform) ? (platform.facets ?? []) : [];
      const row = matrixRow(platform);
      return [row, ...facets.map(facet => facetRow(row, facet))];
    })
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** What its platform is, but for what it says of itself; calls of one medium cannot be counted beforehand. */
function facetRow(row: MatrixRow, { support, ...manifest }: Facet): MatrixRow {
  const less = (capabilities: readonly Capability[]) => capabilities.filter(capability => capability !== 'preview');
  return {
    ...row,
    caveat: undefined,
    wouldChangeIf: undefined,
    ...manifest,
    status: support,
    capabilities: less(row.capabilities),
    authMethods: row.authMethods.map(way => ({ ...way, capabilities: less(way.capabilities) })),
  };
}

export function matrixRow(platform: Connector | ManifestOnly): MatrixRow {
  const { support, ...manifest } = platform.manifest;
  const connector = isConnector(platform) ? platform : undefined;
  const capabilities = connector === undefined ? [] : capabilitiesOf(connector);
  return {
    caveat: undefined,
    wouldChangeIf: undefined,
    ...manifest,
    reachedThrough: manifest.id,
    medium: undefined,
    status: support,
    capabilities,
    // What a method lacks makes it slower, and keeps nothing back.
    authMethods: connector?.auth.map(({ kind, label, fields = [] }) => ({ kind, label, fields, capabilities })) ?? [],
    limits: connector?.limits.map(limitInWords) ?? [],
    reachesBackDays: connector?.calls.reachesBackDays,
    settleHours: connector?.calls.settleHours,
    tellsOfCalls: connector?.webhooks && webhooksInWords(connector.webhooks),
    requestsPerThousandCalls: connector && requestsFor(connector, 1000),
    callsPerDayAtMost: connector && callsPerDayAtMost(connector),
    exceptions: connector === undefined ? [] : exceptionsOf(connector),
  };
}

function capabilitiesOf(connector: Connector): readonly Capability[] {
  const { preview } = connector;
  return [
    'list-calls',
    ...(transcriptReader(connector) === undefined ? [] : (['transcripts'] as const)),
    // Part of every call draft: a call that was recorded names its recordings.
    'recording-references',
    ...(preview === undefined ? [] : (['preview'] as const)),
  ];
}

const spans = new Map([
  [1, 'a second'],
  [60, 'a minute'],
  [3_600, 'an hour'],
  [86_400, 'a day'],
]);
const owners = { company: 'for the whole company', account: 'for the whole account', user: 'for each user' };

function limitInWords({ requests, seconds, owner, group }: Limit): string {
  const pool = group === undefined ? '' : `${group} `;
  const span = spans.get(seconds) ?? `in ${seconds.toLocaleString('en-US')} seconds`;
  return `${requests.toLocaleString('en-US')} ${pool}requests ${span} ${owners[owner]}`;
}
