import { parseArgs } from 'node:util';
import type { Rotation } from '#connector';
import type { Faults } from './faults.js';
import type { SandboxOptions } from './sandbox.js';

/** What the command line asks for; the platform is still only a name. */
export interface Command extends Omit<SandboxOptions, 'platform' | 'onExchange'> {
  readonly platform: string;
}

const flags = {
  platform: { type: 'string', about: 'folder in connections/ (required)' },
  calls: { type: 'string', default: '1000', about: 'calls in the account' },
  seed: { type: 'string', default: '1', about: 'same seed, same account and same faults' },
  account: { type: 'string', default: 'sandbox', about: 'name of the account; two names share nothing' },
  from: { type: 'string', about: 'first moment of the account (default 2026-01-01T00:00:00Z; with --live a day ago)' },
  to: {
    type: 'string',
    about: 'end of the account; no call starts then or later (default half a year later; with --live in a week)',
  },
  live: {
    type: 'boolean',
    default: false,
    about: 'calls come into being as time passes, and the platform sends its events',
  },
  'drop-events': { type: 'string', default: '0', about: 'with --live: share of events that are never sent' },
  'repeat-events': { type: 'string', default: '0', about: 'with --live: share of events that are sent twice' },
  'late-events': { type: 'string', default: '0', about: 'with --live: share of events held back, up to two minutes' },
  rps: { type: 'string', about: "requests a second; absent: the platform's own limits; 0: no limits" },
  'per-day': { type: 'string', about: 'requests in 24 hours, besides --rps' },
  latency: { type: 'string', default: '0', about: 'milliseconds that every answer takes at least' },
  'fail-500': { type: 'string', default: '0', about: 'share of requests answered with 500' },
  'fail-502': { type: 'string', default: '0', about: 'share of requests answered with 502' },
  cut: { type: 'string', default: '0', about: 'share of requests whose socket is cut' },
  'too-many': { type: 'string', default: '0', about: 'share of requests answered with 429, in every form' },
  'dead-cursors': { type: 'string', default: '0', about: 'share of requests whose cursor has died' },
  duplicates: { type: 'string', default: '0', about: 'share of calls listed again on a later page' },
  disorder: { type: 'string', default: '0', about: 'places that calls may stand from where they belong' },
  'without-transcript': { type: 'string', default: '0', about: 'share of calls that have no transcript' },
  broken: { type: 'string', default: '0', about: 'calls whose listing entry breaks the published form' },
  late: { type: 'string', default: '0', about: 'calls that only appear after POST /reveal' },
  invisible: { type: 'boolean', default: false, about: 'the credential is good, but sees no calls' },
  empty: { type: 'boolean', default: false, about: 'the account has no calls' },
  quirk: { type: 'string', multiple: true, about: "an oddity by the simulator's name for it; may be repeated" },
  'redirect-uri': { type: 'string', multiple: true, about: 'where the consent page may lead back to; may be repeated' },
  'access-seconds': { type: 'string', about: "life of an access token; absent: the platform's own" },
  'refresh-seconds': { type: 'string', about: "life of a refresh token without use; absent: the platform's own" },
  rotation: { type: 'string', about: "none, strict, grace or replay; absent: the platform's own" },
  host: { type: 'string', default: '127.0.0.1', about: 'address to listen on' },
  port: { type: 'string', default: '0', about: 'port of the platform; 0: any free one' },
  'admin-port': { type: 'string', default: '0', about: 'port of ledger and faults; 0: any free one' },
  help: { type: 'boolean', default: false, about: 'this text' },
} as const;

export const help = [
  'A platform to develop against: it answers like the real one, and writes down what it was asked.',
  '',
  ...Object.entries(flags).map(([name, flag]) => {
    const usual = 'default' in flag && flag.default !== false ? ` (default ${flag.default})` : '';
    return `  --${name.padEnd(19)} ${flag.about}${usual}`;
  }),
  '',
  'On the admin port: GET /ledger, /ledger/summary, /truth?from&to, /healthz;',
  'POST /faults, /expire-cursors, /reveal, /reset-ledger.',
  'Where the platform sends events: GET /events (with the secret for addresses that people enter at the platform),',
  'POST /events/addresses {"url"}, POST /events/faults {"drop","duplicates","late","lateSeconds"}.',
  'Where the platform knows OAuth: GET /oauth, /oauth/ledger;',
  'POST /oauth/rules, /faults, /grants, /revoke, /expire, /elapse, /redirects, /assertions, /reset-ledger.',
].join('\n');

/**
 * Reads the command line; `help` when that is what was asked for.
 * @throws TypeError with one sentence that names the option.
 */
export function readCommand(argv: readonly string[]): Command | 'help' {
  const { values } = parseArgs({ args: [...argv], options: flags, strict: true, allowPositionals: false });
  if (values.help) return 'help';
  if (!values.platform) throw new TypeError('--platform is missing; it names a folder in connections/');
  const number = (name: keyof typeof values): number => numberOf(name, values[name]);
  const calls = values.empty ? 0 : number('calls');
  const seed = number('seed');
  const { from, to } = stretchOf(values);
  if (!(Date.parse(from) < Date.parse(to))) throw new TypeError('--from must be a time before --to');
  const faults: Partial<Faults> = {
    error500: number('fail-500'),
    error502: number('fail-502'),
    cut: number('cut'),
    deadCursors: number('dead-cursors'),
    tooMany: number('too-many'),
    latencyMs: number('latency'),
  };
  return {
    platform: values.platform,
    account: values.account,
    calls,
    seed,
    ...{ from, to, faults },
    eventFaults: {
      drop: number('drop-events'),
      duplicates: number('repeat-events'),
      late: number('late-events'),
    },
    ...(values.live && { now: Date.now }),
    limits: limitsOf(values.rps, values['per-day']),
    duplicates: number('duplicates'),
    disorder: number('disorder'),
    withoutTranscript: number('without-transcript'),
    invisible: values.invisible,
    broken: spread(number('broken'), calls, 0.25),
    late: spread(number('late'), calls, 0.75),
    ...(values.quirk !== undefined && { quirks: values.quirk }),
    oauth: {
      redirectUris: values['redirect-uri'] ?? usualRedirects(values.platform),
      rules: {
        ...(values['access-seconds'] !== undefined && { accessSeconds: number('access-seconds') }),
        ...(values['refresh-seconds'] !== undefined && { refreshSeconds: number('refresh-seconds') }),
        ...(values.rotation !== undefined && { rotation: rotationOf(values.rotation) }),
      },
    },
    host: values.host,
    port: number('port'),
    adminPort: number('admin-port'),
  };
}

const dayMs = 86_400_000;

function stretchOf({ live, from, to }: { live: boolean; from?: string | undefined; to?: string | undefined }) {
  const around = (days: number): string => new Date(Date.now() + days * dayMs).toISOString();
  return {
    from: from ?? (live ? around(-1) : '2026-01-01T00:00:00Z'),
    to: to ?? (live ? around(7) : '2026-07-01T00:00:00Z'),
  };
}

function numberOf(name: string, value: unknown): number {
  const number = Number(value);
  if (typeof value !== 'string' || value.trim() === '' || !(number >= 0)) {
    throw new TypeError(`--${name} must be a number from 0, not "${value}"`);
  }
  return number;
}

/** The callback of a hub that runs beside it with its usual settings. */
function usualRedirects(platform: string): readonly string[] {
  return ['127.0.0.1', 'localhost'].map(host => `http://${host}:4000/oauth/callback/${platform}`);
}

function rotationOf(name: string): Rotation {
  const rotation = Object.hasOwn(rotations, name) ? rotations[name] : undefined;
  if (!rotation) throw new TypeError(`--rotation must be ${Object.keys(rotations).join(', ')}, not "${name}"`);
  return rotation;
}

const rotations: Readonly<Record<string, Rotation>> = {
  none: { kind: 'none' },
  strict: { kind: 'strict' },
  grace: { kind: 'grace', seconds: 30 },
  replay: { kind: 'replay', unusedSeconds: 3600, usedSeconds: 10 },
};

function limitsOf(rps: string | undefined, perDay: string | undefined): NonNullable<SandboxOptions['limits']> {
  if (rps === undefined && perDay === undefined) return 'published';
  const second = rps === undefined ? 0 : numberOf('rps', rps);
  const day = perDay === undefined ? 0 : numberOf('per-day', perDay);
  const limits = [
    { requests: second, seconds: 1 },
    { requests: day, seconds: 86_400 },
  ].filter(limit => limit.requests > 0);
  return limits.length > 0 ? limits : 'off';
}

/** Positions of that many calls, evenly over the account. */
function spread(count: number, calls: number, phase: number): readonly number[] {
  const wanted = Math.min(Math.floor(count), calls);
  return Array.from({ length: wanted }, (_, index) => Math.floor(((index + phase) * calls) / wanted));
}
