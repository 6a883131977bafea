import { isIP, isIPv4 } from 'node:net';
import { z } from 'zod';
import { Secret } from '../core/secret.js';
import type { MailFrom } from '../infra/mail.js';
import type { NamedKey } from '../infra/kms/local.js';
import type { TracesPlace } from '../infra/traces.js';
import { readPairs } from './pairs.js';
import { readLimits } from './platform-limits.js';

/**
 * What the operator may set. This table is read by the reader of the environment and by the README.
 *
 * A schema's messages say what a value must be and never repeat it, because it may be a secret.
 */
export interface Variable {
  readonly meaning: string;
  /** In words, for people; the value itself is in `readConfig`. */
  readonly otherwise: string;
  /** Not usable as it stands where the value is a secret. */
  readonly example: string;
  readonly schema: z.ZodType;
  /** May also be given as the path of a file, in the variable with `_FILE` behind its name. */
  readonly inFile?: true;
}

const roles = ['all', 'api', 'worker'] as const;
const samplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const satisfies readonly TracesPlace['sampler'][];
const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;

export const makeKey = 'openssl rand -base64 32';

const httpUrl = z
  .string()
  .refine(isPlainUrl, 'must be an absolute http or https URL without login, query or fragment')
  .transform(value => value.replace(/\/+$/, ''));

const destinations = z
  .string()
  .transform(splitList)
  .refine(
    items => items.every(isDestination),
    'must list hosts, host:port or networks such as 10.0.0.0/8, with commas between',
  );

export const variables = {
  HOST: {
    meaning: 'Address that the hub listens on.',
    otherwise: '127.0.0.1, which is reachable from this machine only',
    example: '0.0.0.0',
    schema: z.string().refine(isHost, 'must be an IP address or a host name'),
  },
  PORT: {
    meaning:
      'Port that the hub listens on; 0 takes any free one. A worker answers `/healthz`, `/readyz` and `/metrics` only.',
    otherwise: '4000; any free one for a worker',
    example: '8080',
    schema: z
      .string()
      .refine(value => /^\d{1,5}$/.test(value) && Number(value) <= 65_535, 'must be a whole number from 0 to 65535')
      .transform(Number),
  },
  PATCHBAY_ROLE: {
    meaning:
      'What this process does: answer requests (`api`), run imports (`worker`), or both (`all`). Any number of each may share a database.',
    otherwise: '`all`',
    example: 'worker',
    schema: z.enum(roles, `must be one of ${roles.join(', ')}`),
  },
  DATABASE_URL: {
    meaning: 'PostgreSQL database, with a login that may create tables and roles.',
    otherwise: 'an embedded PostgreSQL under `PATCHBAY_DATA_DIR`',
    example: 'postgresql://patchbay_owner:password@db.example.com:5432/patchbay',
    schema: z
      .string()
      .refine(isPostgresUrl, 'must be a URL that begins with postgresql:// and names a host')
      .transform(secret),
    inFile: true,
  },
  JOBS_URL: {
    meaning:
      'Where the queue that wakes workers lives: `postgres`, or the address of a MongoDB, whose database is `patchbay` unless it names one.',
    otherwise: '`postgres`: Agenda on the same PostgreSQL',
    example: 'mongodb://patchbay:password@mongo.example.com:27017/patchbay?replicaSet=patchbay',
    schema: z
      .string()
      .refine(
        value => value === 'postgres' || isMongoUrl(value),
        'must say postgres, or be a URL that begins with mongodb:// or mongodb+srv:// and names a host',
      )
      .transform(value => (value === 'postgres' ? value : secret(value))),
    inFile: true,
  },
  PATCHBAY_DATA_DIR: {
    meaning: 'Folder for everything that the hub keeps on disk.',
    otherwise: '`.patchbay` in the working directory',
    example: '/var/lib/patchbay',
    schema: z.string().refine(value => !value.includes('\0'), 'must be the path of a folder'),
  },
  PATCHBAY_ADMIN_KEY: {
    meaning: 'The first API key, of role admin.',
    otherwise:
      'made at the first start, printed once and kept in a file of the data folder that only its owner may read',
    example: `$(${makeKey})`,
    schema: z
      .string()
      .regex(/^[!-~]{12,}$/, 'must be at least 12 characters long, without spaces')
      .transform(secret),
    inFile: true,
  },
  PATCHBAY_GRAPHIQL: {
    meaning: 'Whether `/graphiql`, a page for trying queries, is there: `on` or `off`.',
    otherwise: '`on`',
    example: 'off',
    schema: z.enum(['on', 'off'], 'must be on or off').transform(value => value === 'on'),
  },
  PATCHBAY_METRICS_TOKEN: {
    meaning: 'Opens `/metrics` and nothing else, also while the database is away: `Authorization: Bearer <token>`.',
    otherwise: '`/metrics` is open to API keys of the roles admin and service only',
    example: `$(${makeKey})`,
    schema: z
      .string()
      .regex(/^[!-~]{24,}$/, 'must be at least 24 characters long, without spaces')
      .transform(secret),
    inFile: true,
  },
  PATCHBAY_ENCRYPTION_KEYS: {
    meaning:
      'Named 256-bit keys that protect credentials and transcripts, newest first. Add a new one in front; keep the old ones.',
    otherwise:
      'made once in the data folder for the embedded database; required with `DATABASE_URL`, unless AWS KMS wraps',
    example: `first:$(${makeKey})`,
    schema: z.string().transform(readKeys),
    inFile: true,
  },
  PATCHBAY_KMS: {
    meaning:
      'Where the keys are kept that wrap data keys: here (`local`), or in AWS KMS (`aws`). With `aws`, `PATCHBAY_ENCRYPTION_KEYS` still open what they wrapped. AWS credentials are found as by every AWS program.',
    otherwise: '`local`: `PATCHBAY_ENCRYPTION_KEYS`',
    example: 'aws',
    schema: z.enum(['local', 'aws'], 'must be local or aws'),
  },
  PATCHBAY_KMS_KEY_ID: {
    meaning: 'ARN, id or alias of the AWS KMS key that wraps what is new.',
    otherwise: 'required with `PATCHBAY_KMS=aws`',
    example: 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    schema: z.string().regex(/^[\w:/-]{1,2048}$/, 'must be the ARN, the id or the alias of a key'),
  },
  PATCHBAY_KMS_REGION: {
    meaning: 'AWS region of that key.',
    otherwise: 'the one that its ARN names',
    example: 'eu-central-1',
    schema: z.string().regex(/^[a-z0-9-]{1,32}$/, 'must be the name of a region'),
  },
  PATCHBAY_KMS_ENDPOINT: {
    meaning:
      'Replaces the address of AWS KMS, such as by an interface endpoint of a private network, which `PATCHBAY_EGRESS_ALLOW` must then name.',
    otherwise: "Amazon's own address in that region",
    example: 'https://vpce-0a1b.kms.eu-central-1.vpce.amazonaws.com',
    schema: httpUrl,
  },
  PATCHBAY_PUBLIC_URL: {
    meaning: 'Address at which customers and platforms reach the hub.',
    otherwise: '`http://HOST:PORT`; for workers that of the API that started last',
    example: 'https://patchbay.example.com',
    schema: httpUrl,
  },
  PATCHBAY_OPERATOR_NAME: {
    meaning: 'Who runs this hub, by the name that customers know; shown on the connect page and in mails.',
    otherwise: '`Patchbay`',
    example: 'Example Ltd',
    schema: z.string().regex(/^\P{Cc}{1,100}$/u, 'must be 1 to 100 characters on one line'),
  },
  PATCHBAY_CALLS_URL: {
    meaning:
      'Address at which people see imported calls, for the mails and notices that an import is complete. `{customer}`, `{connection}` and `{import}` in it become ids.',
    otherwise: 'these have no link to the calls',
    example: 'https://app.example.com/calls?import={import}',
    schema: z.string().refine(isCallsUrl, 'must be an absolute http or https URL without login'),
  },
  PATCHBAY_SMTP_URL: {
    meaning:
      'Mail server that takes mails to contacts: `smtps://`, or `smtp://`, which is brought to TLS by STARTTLS; without TLS only a server at a private address is used.',
    otherwise: 'mails are kept, and admins and customer success read and pass them on: query `mails`',
    example: 'smtps://patchbay:password@smtp.example.com',
    schema: z
      .string()
      .refine(isSmtpUrl, 'must be a URL that begins with smtps:// or smtp:// and names a host')
      .transform(secret),
    inFile: true,
  },
  PATCHBAY_MAIL_FROM: {
    meaning: 'Sender of mails.',
    otherwise: 'none; required with `PATCHBAY_SMTP_URL`',
    example: 'Example Ltd <connect@example.com>',
    schema: z.string().transform(readSender),
  },
  PATCHBAY_SLACK_URL: {
    meaning: "Replaces the host of Slack's incoming webhooks, for tests or a proxy; their paths stay.",
    otherwise: 'the host of the address that was entered',
    example: 'http://127.0.0.1:4010',
    schema: httpUrl,
  },
  PATCHBAY_DEADMAN_URL: {
    meaning:
      'Address outside that is pinged (`POST`) once a minute while somebody would be told if something went wrong. Have whoever answers there raise the alarm after five minutes of silence.',
    otherwise: 'nothing is pinged; `alerting` and `/metrics` tell whether the alerting works',
    example: 'https://deadman.example.com/ping/4f1c',
    schema: httpUrl.transform(secret),
    inFile: true,
  },
  'PLATFORM_<ID>_API_URL': {
    meaning:
      "Replaces a platform's API address, for a sandbox, tests or a proxy. The id in capitals, with `_` for `-`.",
    otherwise: "the platform's own address",
    example: 'http://127.0.0.1:4010',
    schema: httpUrl,
  },
  'PLATFORM_<ID>_MEDIA_URL': {
    meaning: "Replaces the address of a platform's own hosts for files, such as transcripts; their paths stay.",
    otherwise: 'the addresses that the platform names',
    example: 'http://127.0.0.1:4010',
    schema: httpUrl,
  },
  'PLATFORM_<ID>_AUTH_URL': {
    meaning: 'Replaces the host of the page where people sign in and consent at a platform; its path stays.',
    otherwise: "the platform's own address",
    example: 'http://127.0.0.1:4010',
    schema: httpUrl,
  },
  'PLATFORM_<ID>_TOKEN_URL': {
    meaning: 'Replaces the host that grants, refreshes and revokes tokens for a platform; the paths stay.',
    otherwise: "the platform's own address",
    example: 'http://127.0.0.1:4010',
    schema: httpUrl,
  },
  'PLATFORM_<ID>_CLIENT_ID': {
    meaning:
      'Id of the OAuth app that this hub has at a platform. The address for its answers is `/oauth/callback/<id>`.',
    otherwise: 'what an administrator set by `setPlatformApp`, else nobody can sign in there',
    example: 'patchbay-production',
    schema: z.string().regex(/^[ -~]{1,512}$/, 'must be at most 512 printable characters'),
  },
  'PLATFORM_<ID>_CLIENT_SECRET': {
    meaning: 'Secret of that app.',
    otherwise: 'as for `PLATFORM_<ID>_CLIENT_ID`; both or neither',
    example: '$(cat gong-client-secret)',
    schema: z
      .string()
      .regex(/^[ -~]{1,2048}$/, 'must be at most 2048 printable characters')
      .transform(secret),
    inFile: true,
  },
  'PLATFORM_<ID>_LIMITS': {
    meaning:
      "Replaces a platform's published limits for each of its accounts, where a contract allows more or only a part may be used: `off`, or requests per time in s, m, h or d. All requests count.",
    otherwise: "the platform's published limits",
    example: '30/1s,100000/1d',
    schema: z.string().transform(readLimits),
  },
  PATCHBAY_EGRESS_ALLOW: {
    meaning:
      'Hosts, `host:port` or networks that requests to platforms may reach although they are private. Not for the endpoints of customers.',
    otherwise: 'none',
    example: '127.0.0.1:4010,10.20.0.0/16',
    schema: destinations,
  },
  PATCHBAY_ENDPOINT_ALLOW: {
    meaning:
      'The same for endpoints, which customers choose themselves: whoever has a key of the role `customer` can have messages sent there, and reads what is answered.',
    otherwise: 'none',
    example: 'crm.internal:8080',
    schema: destinations,
  },
  PATCHBAY_TRUSTED_PROXIES: {
    meaning:
      "Networks of the operator's own reverse proxies. Only what these say in `X-Forwarded-For` counts as the address that a request came from, by which strangers are limited.",
    otherwise: 'none: the address of the connection counts, which behind a proxy is one for all',
    example: '10.20.0.0/16,fd00::/8',
    schema: z
      .string()
      .transform(splitList)
      .refine(
        items => items.every(isNetwork),
        'must list addresses or networks such as 10.0.0.0/8, with commas between',
      ),
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    meaning:
      "Where traces are sent over OTLP/HTTP, to `/v1/traces` below it. The operator's own, as the mail server is: it may be private and without TLS.",
    otherwise: 'nothing is traced',
    example: 'http://127.0.0.1:4318',
    schema: httpUrl,
  },
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: {
    meaning: 'The same as a whole address, to which nothing is added.',
    otherwise: '`OTEL_EXPORTER_OTLP_ENDPOINT` and `/v1/traces`',
    example: 'http://tempo.internal:4318/v1/traces',
    schema: httpUrl,
  },
  OTEL_EXPORTER_OTLP_HEADERS: {
    meaning:
      'Headers of these requests, such as a login there: `name=value`, with commas between and values percent-encoded.',
    otherwise: 'none',
    example: 'authorization=Basic%20$(cat tempo-login)',
    schema: z
      .string()
      .transform(readPairs(/^[!#$%&'*+.^_`|~0-9a-z-]+$/i, /^[\t -~]*$/))
      .transform(value => new Secret(value)),
    inFile: true,
  },
  OTEL_EXPORTER_OTLP_PROTOCOL: {
    meaning: 'Form in which they are sent: `http/protobuf` or `http/json`. gRPC, usual on port 4317, is not spoken.',
    otherwise: '`http/protobuf`',
    example: 'http/json',
    schema: z.enum(['http/protobuf', 'http/json'], 'must be http/protobuf or http/json'),
  },
  OTEL_SERVICE_NAME: {
    meaning: 'Name of the hub in traces.',
    otherwise: '`patchbay`',
    example: 'patchbay-production',
    schema: z.string().regex(/^[ -~]{1,255}$/, 'must be at most 255 printable characters'),
  },
  OTEL_RESOURCE_ATTRIBUTES: {
    meaning: 'What else traces say of this process: `name=value`, with commas between and values percent-encoded.',
    otherwise: 'nothing but its name and role',
    example: 'deployment.environment.name=production,k8s.pod.name=worker-7',
    schema: z.string().transform(readPairs(/^[!-~]{1,255}$/, /^\P{Cc}{0,255}$/u)),
  },
  OTEL_TRACES_SAMPLER: {
    meaning: `Which traces are kept: ${samplers.join(', ')}.`,
    otherwise: '`parentbased_always_on`: all',
    example: 'parentbased_traceidratio',
    schema: z.enum(samplers, `must be one of ${samplers.join(', ')}`),
  },
  OTEL_TRACES_SAMPLER_ARG: {
    meaning: 'Share of the traces that `traceidratio` and `parentbased_traceidratio` keep, from 0 to 1.',
    otherwise: '1',
    example: '0.05',
    schema: z
      .string()
      .refine(value => /^(0?\.\d{1,9}|[01](\.0{0,9})?)$/.test(value), 'must be a number from 0 to 1')
      .transform(Number),
  },
  LOG_LEVEL: {
    meaning: `How much is logged: ${logLevels.join(', ')}.`,
    otherwise: '`info`',
    example: 'debug',
    schema: z.enum(logLevels, `must be one of ${logLevels.join(', ')}`),
  },
} as const satisfies Readonly<Record<string, Variable>>;

function secret(value: string): Secret<string> {
  return new Secret(value);
}

function readKeys(list: string, context: z.RefinementCtx<string>): readonly NamedKey[] {
  const keys = list.split(',').map((item, index) => readKey(item.trim(), index + 1, context));
  const names = keys.map(each => each.name);
  if (new Set(names).size < names.length) context.addIssue('uses a name twice');
  return Object.freeze(keys);
}

const hexKey = /^[0-9a-f]{64}$/i;

function readKey(item: string, place: number, context: z.RefinementCtx<string>): NamedKey {
  const [, name = '', encoded = ''] = /^([^:]*):(.*)$/.exec(item) ?? [];
  if (!/^[a-z0-9-]{1,32}$/.test(name)) {
    context.addIssue(`must be a list of name:key, where a name is 1 to 32 of a-z, 0-9 and -; number ${place} is not`);
  } else if (!hexKey.test(encoded) && !/^[A-Za-z0-9+/]{43}=?$/.test(encoded)) {
    context.addIssue(
      `must give each key as base64 or hex of exactly 32 bytes; number ${place} is not (make one with: ${makeKey})`,
    );
  }
  return Object.freeze({
    name,
    key: new Secret<Uint8Array>(Buffer.from(encoded, hexKey.test(encoded) ? 'hex' : 'base64')),
  });
}

function splitList(list: string): readonly string[] {
  const items = list.split(',').map(item => item.trim().toLowerCase());
  return Object.freeze(items.filter(item => item !== ''));
}

/** An address, or a network of them. */
function isNetwork(item: string): boolean {
  const [network = '', bits, ...rest] = item.split('/');
  if (rest.length > 0 || isIP(network) === 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (isIPv4(network) ? 32 : 128));
}

function isDestination(item: string): boolean {
  if (item.includes('/')) return isNetwork(item);
  if (isHost(item)) return true;
  const [, host = '', port = ''] = /^(.+):(\d{1,5})$/.exec(item) ?? [];
  return (
    isHost(host.replace(/^\[(.*:.*)\]$/, '$1')) && !/^[^[].*:/.test(host) && Number(port) >= 1 && Number(port) <= 65_535
  );
}

function isHost(value: string): boolean {
  const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;
  if (isIP(value) !== 0) return true;
  // Four numbers that are no address are a slip, not a name.
  return value.length <= 253 && !/^[\d.]+$/.test(value) && value.split('.').every(part => label.test(part));
}

function isPlainUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password, search, hash } = new URL(value);
  return /^https?:$/.test(protocol) && [username, password, search, hash].every(part => part === '');
}

function isCallsUrl(value: string): boolean {
  const url = URL.parse(value);
  return (
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    url.username === '' &&
    !/[\s{}]/.test(value.replaceAll(/\{(customer|connection|import)\}/g, ''))
  );
}

function isPostgresUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname } = new URL(value);
  return /^postgres(ql)?:$/.test(protocol) && hostname !== '';
}

function isSmtpUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, pathname, search, hash } = new URL(value);
  return /^smtps?:$/.test(protocol) && hostname !== '' && /^\/?$/.test(pathname) && search + hash === '';
}

function readSender(value: string, context: z.RefinementCtx<string>): MailFrom {
  const [, name = '', bracketed, bare] = /^(?:(\P{Cc}{0,100}?)\s*<([^<>]+)>|(\S+))$/u.exec(value) ?? [];
  const address = z.email().safeParse(bracketed ?? bare);
  if (!address.success) context.addIssue('must be an e-mail address, also with a name before it');
  return Object.freeze({ name: name.replaceAll('"', ''), address: address.data ?? '' });
}

/** Several hosts with commas are no URL to others than MongoDB. */
function isMongoUrl(value: string): boolean {
  const [, srv, hosts = ''] = /^mongodb(\+srv)?:\/\/(?:[^@/?#\s]*@)?([^@/?#\s]+)(?:\/[^/\s#]*)?$/.exec(value) ?? [];
  const all = hosts.split(',');
  if (srv !== undefined) return all.length === 1 && isHost(hosts);
  return all.every(each => isHost(each.replace(/:\d{1,5}$/, '').replace(/^\[(.*:.*)\]$/, '$1')));
}
