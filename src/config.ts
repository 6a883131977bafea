/**
 * The environment, read once by the entry file into one typed, frozen object. All problems are
 * reported at once, each with the variable's name, what is wrong, and an example.
 */

import type { Limit } from '#connector';
import type { z } from 'zod';
import { nearest } from './config/nearest.js';
import { fileName, namesWithFile, withSecretFiles } from './config/secret-files.js';
import { readKmsPlace } from './config/kms-place.js';
import { makeKey, type Variable, variables } from './config/variables.js';
import { StartupProblem } from './core/startup-problem.js';
import type { Secret } from './core/secret.js';
import type { MailFrom } from './infra/mail.js';
import type { AwsKmsPlace } from './infra/kms/aws.js';
import type { NamedKey } from './infra/kms/local.js';
import type { TracesPlace } from './infra/traces.js';

export interface Config {
  readonly host: string;
  /** 0: any free one. A worker answers health checks only. */
  readonly port: number;
  readonly role: 'all' | 'api' | 'worker';
  /** The owner's login; absent: embedded PostgreSQL. */
  readonly databaseUrl: Secret<string> | undefined;
  /** `postgres`: in the hub's own database. Else the address of a MongoDB. */
  readonly jobs: 'postgres' | Secret<string>;
  /** As written; relative to the working directory. */
  readonly dataDir: string;
  /** Absent: to be made at the first start. */
  readonly adminKey: Secret<string> | undefined;
  /** Whether the API has a page for trying queries. */
  readonly graphiql: boolean;
  /** What whoever collects metrics shows in place of an API key. */
  readonly metricsToken: Secret<string> | undefined;
  /** Newest first, at least one. Absent, only with the embedded database: to be made in the data folder. */
  readonly encryptionKeys: readonly NamedKey[] | undefined;
  /** The operator's name as customers know it. */
  readonly operatorName: string;
  /** Where people see imported calls; `{customer}`, `{connection}` and `{import}` stand for ids. */
  readonly callsUrl: string | undefined;
  readonly slackUrl: string | undefined;
  /** Pinged once a minute while the alerting works. */
  readonly deadManUrl: Secret<string> | undefined;
  /** Where mail is handed in, with the login. Absent: mails are kept and not sent. */
  readonly smtpUrl: Secret<string> | undefined;
  /** Set when `smtpUrl` is. */
  readonly mailFrom: MailFrom | undefined;
  /** Set when AWS KMS wraps data keys; the encryption keys then only unwrap, and there may be none. */
  readonly kms: AwsKmsPlace | undefined;
  /** Without a slash at the end. Absent: `hubAddress` of the port that we listen on. */
  readonly publicUrl: string | undefined;
  /** Replacement base URLs by platform id, without a slash at the end. */
  readonly apiUrls: ReadonlyMap<string, string>;
  /** As these: hosts for files. */
  readonly mediaUrls: ReadonlyMap<string, string>;
  /** As these: hosts for consent, and for tokens. */
  readonly authUrls: ReadonlyMap<string, string>;
  readonly tokenUrls: ReadonlyMap<string, string>;
  /** The hub's OAuth apps by platform id. */
  readonly platformApps: ReadonlyMap<string, AppAtPlatform>;
  /** What counts instead of the published limits, by platform id; none: nothing is limited. */
  readonly platformLimits: ReadonlyMap<string, readonly Limit[]>;
  /** Lower-case hosts, `host:port`, `[v6]:port`, addresses and CIDR networks. */
  readonly egressAllow: readonly string[];
  /** As that, for endpoints of customers. */
  readonly endpointAllow: readonly string[];
  /** Addresses and CIDR networks. */
  readonly trustedProxies: readonly string[];
  /** Set when somebody is told of traces. */
  readonly traces: TracesPlace | undefined;
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

export interface AppAtPlatform {
  readonly clientId: string;
  readonly clientSecret: Secret<string>;
}

type Environment = Readonly<Record<string, string | undefined>>;
type Name = keyof typeof variables;

const platformName =
  /^PLATFORM_([A-Z0-9]+(?:_[A-Z0-9]+)*)_(API_URL|MEDIA_URL|AUTH_URL|TOKEN_URL|CLIENT_ID|CLIENT_SECRET|LIMITS)$/;

/** @throws StartupProblem that lists everything that is wrong. Values are never repeated in it. */
export function readConfig(env: Environment): Config {
  const problems: string[] = unknownNames(env);
  const values = withSecretFiles(env, problems);
  const read = <N extends Name>(
    name: N,
    from: string = name,
  ): z.output<(typeof variables)[N]['schema']> | undefined => {
    const value = values[from]?.trim();
    if (value === undefined || value === '') return undefined;
    const variable: Variable = variables[name];
    const { success, data, error } = variable.schema.safeParse(value);
    if (!success) problems.push(...error.issues.map(issue => problem(from, issue.message, variable.example)));
    return data as z.output<(typeof variables)[N]['schema']> | undefined;
  };

  const role = read('PATCHBAY_ROLE') ?? 'all';
  const config: Config = {
    host: read('HOST') ?? '127.0.0.1',
    // Many workers on one machine need no configuration for it.
    port: read('PORT') ?? (role === 'worker' ? 0 : 4000),
    role,
    databaseUrl: read('DATABASE_URL'),
    jobs: read('JOBS_URL') ?? 'postgres',
    dataDir: read('PATCHBAY_DATA_DIR') ?? '.patchbay',
    adminKey: read('PATCHBAY_ADMIN_KEY'),
    graphiql: read('PATCHBAY_GRAPHIQL') ?? true,
    metricsToken: read('PATCHBAY_METRICS_TOKEN'),
    encryptionKeys: read('PATCHBAY_ENCRYPTION_KEYS'),
    operatorName: read('PATCHBAY_OPERATOR_NAME') ?? 'Patchbay',
    callsUrl: read('PATCHBAY_CALLS_URL'),
    slackUrl: read('PATCHBAY_SLACK_URL'),
    deadManUrl: read('PATCHBAY_DEADMAN_URL'),
    smtpUrl: read('PATCHBAY_SMTP_URL'),
    mailFrom: read('PATCHBAY_MAIL_FROM'),
    kms: readKmsPlace(
      {
        driver: read('PATCHBAY_KMS') ?? 'local',
        keyId: read('PATCHBAY_KMS_KEY_ID'),
        region: read('PATCHBAY_KMS_REGION'),
        endpoint: read('PATCHBAY_KMS_ENDPOINT'),
      },
      (name, reason) => problems.push(problem(name, reason, variables[name].example)),
    ),
    publicUrl: read('PATCHBAY_PUBLIC_URL'),
    apiUrls: readByPlatform(values, 'API_URL', name => read('PLATFORM_<ID>_API_URL', name)),
    mediaUrls: readByPlatform(values, 'MEDIA_URL', name => read('PLATFORM_<ID>_MEDIA_URL', name)),
    authUrls: readByPlatform(values, 'AUTH_URL', name => read('PLATFORM_<ID>_AUTH_URL', name)),
    tokenUrls: readByPlatform(values, 'TOKEN_URL', name => read('PLATFORM_<ID>_TOKEN_URL', name)),
    platformApps: pairs(
      readByPlatform(values, 'CLIENT_ID', name => read('PLATFORM_<ID>_CLIENT_ID', name)),
      readByPlatform(values, 'CLIENT_SECRET', name => read('PLATFORM_<ID>_CLIENT_SECRET', name)),
      problems,
    ),
    platformLimits: readByPlatform(values, 'LIMITS', name => read('PLATFORM_<ID>_LIMITS', name)),
    egressAllow: read('PATCHBAY_EGRESS_ALLOW') ?? Object.freeze([]),
    endpointAllow: read('PATCHBAY_ENDPOINT_ALLOW') ?? Object.freeze([]),
    trustedProxies: read('PATCHBAY_TRUSTED_PROXIES') ?? Object.freeze([]),
    traces: tracesPlace(read('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'), {
      endpoint: read('OTEL_EXPORTER_OTLP_ENDPOINT'),
      headers: read('OTEL_EXPORTER_OTLP_HEADERS'),
      format: read('OTEL_EXPORTER_OTLP_PROTOCOL') ?? 'http/protobuf',
      serviceName: read('OTEL_SERVICE_NAME') ?? 'patchbay',
      resource: { ...read('OTEL_RESOURCE_ATTRIBUTES'), 'patchbay.role': role },
      sampler: read('OTEL_TRACES_SAMPLER') ?? 'parentbased_always_on',
      ratio: read('OTEL_TRACES_SAMPLER_ARG') ?? 1,
    }),
    logLevel: read('LOG_LEVEL') ?? 'info',
  };
  if (isSet(env, 'DATABASE_URL') && !isSet(env, 'PATCHBAY_ENCRYPTION_KEYS') && env['PATCHBAY_KMS']?.trim() !== 'aws') {
    const { example } = variables.PATCHBAY_ENCRYPTION_KEYS;
    const reason = `must be set when DATABASE_URL is (make a key with: ${makeKey})`;
    problems.push(problem('PATCHBAY_ENCRYPTION_KEYS', reason, example));
  }
  if (isSet(env, 'PATCHBAY_SMTP_URL') && !isSet(env, 'PATCHBAY_MAIL_FROM')) {
    const { example } = variables.PATCHBAY_MAIL_FROM;
    problems.push(problem('PATCHBAY_MAIL_FROM', 'must be set when PATCHBAY_SMTP_URL is', example));
  }
  if ((env['NODE_DEBUG'] ?? '') !== '') {
    problems.push('NODE_DEBUG makes Node write down what it handles, with the secrets in it: leave it out');
  }
  if (tellsTokens(env['DEBUG'] ?? '')) {
    problems.push('DEBUG makes the OAuth library write down tokens and secrets: leave it out, or add -simple-oauth2*');
  }
  if (problems.length > 0) {
    throw new StartupProblem(['The configuration cannot be used:', ...problems].join('\n  '));
  }
  return Object.freeze(config);
}

/** Where the hub is reached when nobody says otherwise; `port` is the one that it really listens on. */
export function hubAddress(host: string, port: number): string {
  const reachable = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

function tracesPlace(
  whole: string | undefined,
  { endpoint, ...rest }: Omit<TracesPlace, 'url'> & { readonly endpoint: string | undefined },
): TracesPlace | undefined {
  const url = whole ?? (endpoint === undefined ? undefined : `${endpoint}/v1/traces`);
  return url === undefined ? undefined : Object.freeze({ url, ...rest });
}

/** The table for the README. */
export function configMarkdown(): string {
  const rows = Object.entries<Variable>(variables).map(
    ([name, { meaning, otherwise, example, inFile }]) =>
      `| \`${name}\`${inFile === true ? ` or \`${fileName(name)}\`` : ''} | ${meaning} | ${otherwise} | \`${example}\` |`,
  );
  return ['| Variable | Meaning | When absent | Example |', '|---|---|---|---|', ...rows].join('\n');
}

function problem(name: string, reason: string, example: string): string {
  return `${name} ${reason}, for example ${name}=${example}`;
}

function isSet(env: Environment, name: Name): boolean {
  return [name, fileName(name)].some(each => (env[each] ?? '').trim() !== '');
}

function readByPlatform<T>(
  env: Environment,
  ending: 'API_URL' | 'MEDIA_URL' | 'AUTH_URL' | 'TOKEN_URL' | 'CLIENT_ID' | 'CLIENT_SECRET' | 'LIMITS',
  read: (name: string) => T | undefined,
): ReadonlyMap<string, T> {
  const found = new Map<string, T>();
  for (const name of Object.keys(env).sort()) {
    const [, id, of] = platformName.exec(name) ?? [];
    const value = id === undefined || of !== ending ? undefined : read(name);
    if (id !== undefined && value !== undefined) found.set(id.toLowerCase().replaceAll('_', '-'), value);
  }
  return found;
}

function pairs(
  ids: ReadonlyMap<string, string>,
  secrets: ReadonlyMap<string, Secret<string>>,
  problems: string[],
): ReadonlyMap<string, AppAtPlatform> {
  const apps = new Map<string, AppAtPlatform>();
  for (const platform of new Set([...ids.keys(), ...secrets.keys()])) {
    const [clientId, clientSecret] = [ids.get(platform), secrets.get(platform)];
    const name = `PLATFORM_${platform.toUpperCase().replaceAll('-', '_')}_CLIENT`;
    if (clientId !== undefined && clientSecret !== undefined) apps.set(platform, { clientId, clientSecret });
    else problems.push(`${name}_ID and ${name}_SECRET must both be set, or neither`);
  }
  return apps;
}

/** What the package `debug` makes of the variable: patterns with `*`, and `-` before what is left out. */
function tellsTokens(patterns: string): boolean {
  const said = patterns.split(/[\s,]+/).filter(pattern => pattern !== '');
  const fits = (pattern: string): boolean =>
    ['client', 'request-options', 'access-token'].some(part =>
      new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(
        `simple-oauth2:${part}`,
      ),
    );
  return said.some(fits) && !said.some(pattern => pattern.startsWith('-') && fits(pattern.slice(1)));
}

/** A misspelt name would otherwise be ignored in silence. Other names belong to others. */
function unknownNames(env: Environment): string[] {
  const known = [...Object.keys(variables), ...namesWithFile.map(fileName)].filter(name =>
    name.startsWith('PATCHBAY_'),
  );
  const unknown = Object.keys(env).filter(name => name.startsWith('PATCHBAY_') && !known.includes(name));
  return unknown.sort().map(name => {
    const meant = nearest(name, known);
    if (meant === undefined) return `${name} is not a variable of Patchbay; there are ${known.join(', ')}`;
    return `${name} is not a variable of Patchbay: did you mean ${meant}?`;
  });
}
