import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { configMarkdown, hubAddress, readConfig } from '../../src/config.js';
import { variables } from '../../src/config/variables.js';
import { StartupProblem } from '../../src/core/startup-problem.js';

const key = (name: string) => `${name}:${randomBytes(32).toString('base64')}`;

describe('an empty environment', () => {
  test('gives a hub for this machine on the embedded database', () => {
    expect(readConfig({})).toEqual({
      host: '127.0.0.1',
      port: 4000,
      graphiql: true,
      role: 'all',
      databaseUrl: undefined,
      jobs: 'postgres',
      dataDir: '.patchbay',
      adminKey: undefined,
      encryptionKeys: undefined,
      operatorName: 'Patchbay',
      callsUrl: undefined,
      slackUrl: undefined,
      kms: undefined,
      publicUrl: undefined,
      apiUrls: new Map(),
      mediaUrls: new Map(),
      authUrls: new Map(),
      tokenUrls: new Map(),
      platformApps: new Map(),
      platformLimits: new Map(),
      egressAllow: [],
      endpointAllow: [],
      trustedProxies: [],
      logLevel: 'info',
    });
  });

  test('is what empty and blank values amount to', () => {
    const blank = Object.fromEntries(
      Object.keys(variables).map((name, index) => [name.replace('<ID>', 'GONG'), index % 2 ? '' : '  ']),
    );

    expect(readConfig(blank)).toEqual(readConfig({}));
  });
});

const aws = {
  PATCHBAY_KMS: 'aws',
  PATCHBAY_KMS_KEY_ID: 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd',
};

describe('a full environment', () => {
  const raw = randomBytes(32);
  const config = readConfig({
    HOST: '0.0.0.0',
    PORT: '0',
    PATCHBAY_ROLE: 'worker',
    DATABASE_URL: 'postgres://me:pa%20ss@db.internal/patchbay',
    JOBS_URL: 'postgres',
    PATCHBAY_DATA_DIR: '/var/lib/été',
    PATCHBAY_ADMIN_KEY: 'a-key-of-24-characters--',
    PATCHBAY_ENCRYPTION_KEYS: `new-1:${raw.toString('base64')} , old:${raw.toString('base64').replace('=', '')},hex:${raw.toString('hex')}`,
    PATCHBAY_OPERATOR_NAME: 'Example Ltd',
    PATCHBAY_CALLS_URL: 'https://app.example.com/calls?import={import}#{customer}',
    PATCHBAY_SLACK_URL: 'http://127.0.0.1:4010',
    PATCHBAY_SMTP_URL: 'smtps://me:pa%20ss@smtp.example.com',
    PATCHBAY_MAIL_FROM: '"Example" <hub@example.com>',
    PATCHBAY_PUBLIC_URL: 'https://hub.example.com/patchbay/',
    PLATFORM_GONG_API_URL: 'http://127.0.0.1:4010/',
    PLATFORM_ZOOM_PHONE_API_URL: 'https://proxy.example.com/zoom',
    PLATFORM_GONG_LIMITS: '30/1s, 100000/d,40/5m',
    PLATFORM_ZOOM_PHONE_LIMITS: 'off',
    PLATFORM_GONG_AUTH_URL: 'http://127.0.0.1:4011/',
    PLATFORM_GONG_TOKEN_URL: 'http://127.0.0.1:4012',
    PLATFORM_ZOOM_PHONE_CLIENT_ID: 'app 7',
    PLATFORM_ZOOM_PHONE_CLIENT_SECRET: 'an-app-secret',
    PLATFORM_PROJECT: 'belongs to the hosting company',
    PATCHBAY_EGRESS_ALLOW: 'Localhost, 127.0.0.1:4010,10.0.0.0/8,[::1]:80,fd00::/8,::1,nas.example.com:9000',
    PATCHBAY_ENDPOINT_ALLOW: 'crm.internal:8080',
    PATCHBAY_TRUSTED_PROXIES: '10.20.0.0/16, ::1',
    LOG_LEVEL: 'debug',
  });

  test('is read into typed values', () => {
    expect(config).toMatchObject({
      host: '0.0.0.0',
      port: 0,
      role: 'worker',
      jobs: 'postgres',
      dataDir: '/var/lib/été',
      operatorName: 'Example Ltd',
      callsUrl: 'https://app.example.com/calls?import={import}#{customer}',
      slackUrl: 'http://127.0.0.1:4010',
      mailFrom: { name: 'Example', address: 'hub@example.com' },
      publicUrl: 'https://hub.example.com/patchbay',
      egressAllow: ['localhost', '127.0.0.1:4010', '10.0.0.0/8', '[::1]:80', 'fd00::/8', '::1', 'nas.example.com:9000'],
      endpointAllow: ['crm.internal:8080'],
      trustedProxies: ['10.20.0.0/16', '::1'],
      logLevel: 'debug',
    });
    expect([...config.apiUrls]).toEqual([
      ['gong', 'http://127.0.0.1:4010'],
      ['zoom-phone', 'https://proxy.example.com/zoom'],
    ]);
    expect([...config.platformLimits]).toEqual([
      [
        'gong',
        [
          { requests: 30, seconds: 1, owner: 'account' },
          { requests: 100_000, seconds: 86_400, owner: 'account' },
          { requests: 40, seconds: 300, owner: 'account' },
        ],
      ],
      ['zoom-phone', []],
    ]);
    expect([...config.authUrls, ...config.tokenUrls]).toEqual([
      ['gong', 'http://127.0.0.1:4011'],
      ['gong', 'http://127.0.0.1:4012'],
    ]);
    const app = config.platformApps.get('zoom-phone');
    expect([app?.clientId, app?.clientSecret.reveal()]).toEqual(['app 7', 'an-app-secret']);
    expect(config.databaseUrl?.reveal()).toBe('postgres://me:pa%20ss@db.internal/patchbay');
    expect(config.adminKey?.reveal()).toBe('a-key-of-24-characters--');
    expect(config.encryptionKeys?.map(each => each.name)).toEqual(['new-1', 'old', 'hex']);
    expect(config.encryptionKeys?.map(each => raw.equals(each.key.reveal()))).toEqual([true, true, true]);
  });

  test('cannot be changed afterwards', () => {
    expect(() => Object.assign(config, { port: 1 })).toThrow(TypeError);
    expect(() => (config.egressAllow as string[]).push('evil.example.com')).toThrow(TypeError);
    expect(() => Object.assign(config.encryptionKeys?.[0] ?? {}, { name: 'other' })).toThrow(TypeError);
  });

  test('shows no secret when it is printed', () => {
    const printed = `${inspect(config, { depth: 9 })} ${JSON.stringify(config)}`;

    expect(printed).not.toMatch(/pa%20ss|a-key-of-24|an-app-secret/);
    expect(printed).not.toContain(raw.toString('base64').slice(0, 20));
    expect(printed).not.toContain(raw.toString('hex').slice(0, 8));
  });
});

describe('problems', () => {
  test('are told all at once, each with the name, what is wrong and an example', () => {
    const told = problems({
      HOST: 'not a host',
      PORT: '65536',
      PATCHBAY_ROLE: 'boss',
      DATABASE_URL: 'mysql://db/x',
      JOBS_URL: 'redis://x',
      PATCHBAY_ADMIN_KEY: 'short',
      PATCHBAY_ENCRYPTION_KEYS: 'Upper:x',
      PATCHBAY_OPERATOR_NAME: 'x'.repeat(101),
      PATCHBAY_SMTP_URL: 'http://smtp.example.com',
      PATCHBAY_MAIL_FROM: 'nobody',
      PATCHBAY_PUBLIC_URL: 'hub.example.com',
      PLATFORM_GONG_API_URL: 'ftp://x',
      PLATFORM_GONG_LIMITS: '3 a second',
      PLATFORM_GONG_AUTH_URL: 'gong',
      PLATFORM_GONG_TOKEN_URL: 'https://a.example.com?b',
      PATCHBAY_EGRESS_ALLOW: '10.0.0.0/33',
      LOG_LEVEL: 'loud',
    });

    expect(told).toHaveLength(17);
    for (const line of told) expect(line).toMatch(/^(\w+) (must|names) .+, for example \1=\S+/);
    expect(told).toContain('PORT must be a whole number from 0 to 65535, for example PORT=8080');
  });

  test('half an app at a platform is none', () => {
    expect(problems({ PLATFORM_ZOOM_PHONE_CLIENT_ID: 'app' })).toEqual([
      'PLATFORM_ZOOM_PHONE_CLIENT_ID and PLATFORM_ZOOM_PHONE_CLIENT_SECRET must both be set, or neither',
    ]);
  });

  test.each(['*', 'simple-oauth2*', 'express, simple-oauth2:client', 'simple-oauth2:*,-express'])(
    'DEBUG=%s would write tokens down',
    DEBUG => {
      expect(problems({ DEBUG })).toHaveLength(1);
    },
  );

  test.each(['', 'express', '-simple-oauth2*', '*,-simple-oauth2*'])('DEBUG=%s would not', DEBUG => {
    expect(() => readConfig({ DEBUG })).not.toThrow();
  });

  test.each([
    ['PORT', '-1'],
    ['PORT', '80.5'],
    ['PORT', '0x50'],
    ['PORT', '1e3'],
    ['HOST', '999.1.1.1'],
    ['HOST', 'http://localhost'],
    ['HOST', '-a.example.com'],
    ['DATABASE_URL', 'db.internal'],
    ['DATABASE_URL', 'postgresql:///patchbay'],
    ['PATCHBAY_ADMIN_KEY', 'twenty four characters and more'],
    ['PATCHBAY_ADMIN_KEY', 'x'.repeat(11)],
    ['PATCHBAY_PUBLIC_URL', '/patchbay'],
    ['PATCHBAY_PUBLIC_URL', 'https://me:pw@hub.example.com'],
    ['PATCHBAY_PUBLIC_URL', 'https://hub.example.com/?a=1'],
    ['PLATFORM_GONG_LIMITS', '0/1s'],
    ['PLATFORM_GONG_LIMITS', '3/0s'],
    ['PLATFORM_GONG_LIMITS', '3/1s,'],
    ['PLATFORM_GONG_LIMITS', '3/1s,off'],
    ['PLATFORM_GONG_LIMITS', '3/1w'],
    ['PLATFORM_GONG_LIMITS', '10001/1m'],
    ['PATCHBAY_EGRESS_ALLOW', 'http://127.0.0.1'],
    ['PATCHBAY_EGRESS_ALLOW', '127.0.0.1:0'],
    ['PATCHBAY_EGRESS_ALLOW', '127.0.0.1:65536'],
    ['PATCHBAY_EGRESS_ALLOW', '::1/129'],
    ['PATCHBAY_EGRESS_ALLOW', 'localhost/8'],
    ['PATCHBAY_EGRESS_ALLOW', '10.0.0.0/8/8'],
    ['PATCHBAY_EGRESS_ALLOW', '*'],
    ['PATCHBAY_TRUSTED_PROXIES', 'proxy.internal'],
    ['PATCHBAY_TRUSTED_PROXIES', '10.0.0.0/33'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'tempo:4318'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'https://me:pw@tempo.example.com'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'authorization'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a b=c'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a=%0d%0ab: c'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'a=%'],
    ['OTEL_TRACES_SAMPLER', 'jaeger_remote'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
    ['PATCHBAY_ENCRYPTION_KEYS', randomBytes(32).toString('base64')],
    ['PATCHBAY_ENCRYPTION_KEYS', `${key('main')},`],
    ['PATCHBAY_ENCRYPTION_KEYS', `main:${randomBytes(31).toString('base64')}`],
    ['PATCHBAY_ENCRYPTION_KEYS', `main:${randomBytes(33).toString('base64')}`],
    ['PATCHBAY_ENCRYPTION_KEYS', `main:${randomBytes(31).toString('hex')}`],
    ['PATCHBAY_ENCRYPTION_KEYS', `${'a'.repeat(33)}:${randomBytes(32).toString('base64')}`],
    ['PATCHBAY_ENCRYPTION_KEYS', `${key('main')},${key('main')}`],
  ])('%s refuses %s', (name, value) => {
    const told = problems({
      DATABASE_URL: 'postgresql://db/patchbay',
      PATCHBAY_ENCRYPTION_KEYS: key('main'),
      [name]: value,
    });

    expect(told).toHaveLength(1);
    expect(told[0]).toContain(`${name} `);
  });

  test('never repeat a value', () => {
    const canary = 'c4n4ry';
    const values = [
      canary,
      `${canary}:x`,
      `main:${canary}`,
      `mongodb://me:${canary}@db`,
      `https://me:${canary}@db`,
      `${canary} ,/?# x`,
    ];

    for (const value of values) {
      for (const name of [...Object.keys(variables).map(name => name.replace('<ID>', 'GONG')), 'PATCHBAY_ADMINKEY']) {
        const told = (() => {
          try {
            return inspect(readConfig({ [name]: value }).jobs);
          } catch (error) {
            return inspect(error, { depth: 9 });
          }
        })();

        expect(told, name).not.toContain(canary);
      }
    }
  });

  test('include an external database without encryption keys, and say how to make one', () => {
    const [told] = problems({ DATABASE_URL: 'postgresql://db/patchbay' });

    expect(told).toBe(
      'PATCHBAY_ENCRYPTION_KEYS must be set when DATABASE_URL is (make a key with: openssl rand -base64 32), for example PATCHBAY_ENCRYPTION_KEYS=first:$(openssl rand -base64 32)',
    );
  });

  test('include misspelt names, with the name that was meant', () => {
    expect(
      problems({
        PATCHBAY_ADMINKEY: 'x',
        PATCHBAY_DATADIR: 'x',
        PATCHBAY_ENCRYPTION_KEY: 'x',
        PATCHBAY_COFFEE_MACHINE: '',
      }),
    ).toEqual([
      'PATCHBAY_ADMINKEY is not a variable of Patchbay: did you mean PATCHBAY_ADMIN_KEY?',
      expect.stringMatching(/^PATCHBAY_COFFEE_MACHINE is not a variable of Patchbay; there are PATCHBAY_ROLE, /),
      'PATCHBAY_DATADIR is not a variable of Patchbay: did you mean PATCHBAY_DATA_DIR?',
      'PATCHBAY_ENCRYPTION_KEY is not a variable of Patchbay: did you mean PATCHBAY_ENCRYPTION_KEYS?',
    ]);
  });
});

describe('the queue', () => {
  test.each([
    'mongodb://localhost/jobs',
    'mongodb://127.0.0.1:27017',
    'mongodb://me:p%40ss@a.example.com:27017,b.example.com:27018/jobs?replicaSet=rs0&authSource=admin',
    'mongodb://[::1]:27017/',
    'mongodb+srv://me:pass@cluster.example.com/?retryWrites=true',
  ])('may live in MongoDB at %s', url => {
    const { jobs } = readConfig({ JOBS_URL: url });

    expect(jobs === 'postgres' ? jobs : jobs.reveal()).toBe(url);
    expect(inspect(jobs)).toBe('[secret]');
  });

  test.each([
    'mongo://localhost',
    'mongodb:localhost',
    'mongodb://',
    'mongodb:///jobs',
    'mongodb://me:pass@/jobs',
    'mongodb://a b/jobs',
    'mongodb+srv://a.example.com,b.example.com/jobs',
    'mongodb+srv://a.example.com:27017/jobs',
    'amqp://localhost',
  ])('cannot live at %s', url => {
    expect(problems({ JOBS_URL: url })).toEqual([expect.stringMatching(/^JOBS_URL must say postgres, or be a URL /)]);
  });
});

test('a worker takes any free port unless told which', () => {
  expect(readConfig({ PATCHBAY_ROLE: 'worker' }).port).toBe(0);
  expect(readConfig({ PATCHBAY_ROLE: 'worker', PORT: '4000' }).port).toBe(4000);
});

describe('secrets in files', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'patchbay-secrets-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (name: string, content: string): string => {
    const where = path.join(folder, name);
    writeFileSync(where, content);
    return where;
  };
  const values = {
    DATABASE_URL: 'postgresql://me:c4n4ry@db/patchbay',
    JOBS_URL: 'mongodb://me:c4n4ry@mongo/patchbay',
    PATCHBAY_ADMIN_KEY: 'c4n4ry-with-24-characters',
    PATCHBAY_ENCRYPTION_KEYS: key('main'),
  };
  const names = Object.keys(values) as (keyof typeof values)[];

  test('are read, without the space around them', () => {
    const env = Object.fromEntries(names.map(name => [`${name}_FILE`, file(name, ` ${values[name]}\n`)]));
    const config = readConfig(env);

    expect(config.databaseUrl?.reveal()).toBe(values.DATABASE_URL);
    expect(config.jobs === 'postgres' || config.jobs.reveal()).toBe(values.JOBS_URL);
    expect(config.adminKey?.reveal()).toBe(values.PATCHBAY_ADMIN_KEY);
    expect(config.encryptionKeys?.map(({ name }) => name)).toEqual(['main']);
  });

  test.each(names)('%s may not be given twice', name => {
    const told = problems({ ...values, [`${name}_FILE`]: file(name, values[name]) });

    expect(told).toEqual([
      `${name}_FILE must be left out when ${name} is set, for example ${name}_FILE=/run/secrets/${name.toLowerCase()}`,
    ]);
  });

  test.each([
    ['that is not there', 'c4n4ry', /may read \(ENOENT\)/],
    ['that is a folder', '.', /may read \(EISDIR\)/],
    ['that is empty', file('empty', '\n'), /not empty/],
    ['that holds nonsense', file('nonsense', 'c4n4ry'), /^JOBS_URL must say postgres/],
  ])('from a file %s are a problem that shows neither path nor content', (_, path, reason) => {
    const told = problems({ JOBS_URL_FILE: path });

    expect(told).toEqual([expect.stringMatching(reason)]);
    expect(told[0]).not.toContain('c4n4ry');
    expect(told[0]).not.toContain(folder);
  });

  test('are read for the apps of platforms too', () => {
    const id = { PLATFORM_ZOOM_PHONE_CLIENT_ID: 'app' };
    const name = 'PLATFORM_ZOOM_PHONE_CLIENT_SECRET';
    const where = file('app', 'c4n4ry-of-the-app\n');

    const app = readConfig({ ...id, [`${name}_FILE`]: where }).platformApps.get('zoom-phone');
    expect([app?.clientId, app?.clientSecret.reveal()]).toEqual(['app', 'c4n4ry-of-the-app']);
    expect(problems({ ...id, [name]: 'c4n4ry', [`${name}_FILE`]: where })).toEqual([
      expect.stringContaining(`${name}_FILE must be left out when ${name} is set`),
    ]);
  });

  test('are only those that are secrets', () => {
    expect(problems({ PATCHBAY_DATA_DIR_FILE: 'x' })).toEqual([
      expect.stringContaining('is not a variable of Patchbay'),
    ]);
  });

  test('are in the table for the README', () => {
    for (const name of names) expect(configMarkdown()).toContain(`| \`${name}\` or \`${name}_FILE\` |`);
  });
});

describe('a key service', () => {
  test('takes its region from the ARN of the key, unless it is said', () => {
    expect(readConfig(aws).kms).toEqual({
      ...{ keyId: aws.PATCHBAY_KMS_KEY_ID, region: 'eu-central-1', endpoint: undefined },
    });
    const more = { PATCHBAY_KMS_REGION: 'us-east-1', PATCHBAY_KMS_ENDPOINT: 'https://kms.example.com/' };
    expect(readConfig({ ...aws, ...more }).kms).toMatchObject({
      ...{ region: 'us-east-1', endpoint: 'https://kms.example.com' },
    });
  });

  test('takes the place of the encryption keys of a database of its own', () => {
    const config = readConfig({ ...aws, DATABASE_URL: 'postgresql://me@db.example.com/patchbay' });
    expect(config.encryptionKeys).toBeUndefined();
  });

  test.each([
    [{ PATCHBAY_KMS: 'aws' }, /^PATCHBAY_KMS_KEY_ID must be set with PATCHBAY_KMS=aws/],
    [{ PATCHBAY_KMS: 'aws', PATCHBAY_KMS_KEY_ID: 'alias/hub' }, /^PATCHBAY_KMS_REGION must be set when/],
    [{ PATCHBAY_KMS_KEY_ID: 'alias/hub' }, /^PATCHBAY_KMS must be aws when other variables/],
    [{ PATCHBAY_KMS: 'vault' }, /^PATCHBAY_KMS must be local or aws/],
  ])('that is half said is refused: %j', (env, reason) => {
    expect(problems(env)).toEqual([expect.stringMatching(reason)]);
  });
});

describe('traces', () => {
  test('are sent below the address, or to the whole one, by the standard variables', () => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318/' };
    expect(readConfig(env).traces).toEqual({
      url: 'http://127.0.0.1:4318/v1/traces',
      ...{ headers: undefined, format: 'http/protobuf', serviceName: 'patchbay', resource: { 'patchbay.role': 'all' } },
      ...{ sampler: 'parentbased_always_on', ratio: 1 },
    });
    const { traces } = readConfig({
      ...env,
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://tempo.example.com/otlp',
      OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Basic%20c4n4ry=, x-team = blue',
      OTEL_RESOURCE_ATTRIBUTES: 'k8s.pod.name=a%2Cb,',
      OTEL_TRACES_SAMPLER_ARG: '.05',
    });
    expect(traces).toMatchObject({ url: 'https://tempo.example.com/otlp', ratio: 0.05 });
    expect(traces?.resource).toEqual({ 'k8s.pod.name': 'a,b', 'patchbay.role': 'all' });
    expect(traces?.headers?.reveal()).toEqual({ Authorization: 'Basic c4n4ry=', 'x-team': 'blue' });
    expect(inspect(traces, { depth: 9 })).not.toContain('c4n4ry');
  });

  test('are sent nowhere without an address, whatever else is set', () => {
    expect(readConfig({ OTEL_SERVICE_NAME: 'hub', OTEL_TRACES_SAMPLER: 'always_on' }).traces).toBeUndefined();
  });
});

test('examples that hold no secret are taken as they stand', () => {
  for (const [name, { example }] of Object.entries(variables)) {
    if (example.includes('$(')) continue;
    const needs: Record<string, Record<string, string>> = {
      PATCHBAY_SMTP_URL: { PATCHBAY_MAIL_FROM: variables.PATCHBAY_MAIL_FROM.example },
      'PLATFORM_<ID>_CLIENT_ID': { PLATFORM_GONG_CLIENT_SECRET: 'secret' },
      DATABASE_URL: { PATCHBAY_ENCRYPTION_KEYS: key('main') },
      PATCHBAY_KMS_REGION: aws,
      PATCHBAY_KMS_ENDPOINT: aws,
      PATCHBAY_KMS_KEY_ID: { PATCHBAY_KMS: 'aws' },
      PATCHBAY_KMS: aws,
    };
    const rest = needs[name] ?? {};

    expect(() => readConfig({ ...rest, [name.replace('<ID>', 'GONG')]: example }), name).not.toThrow();
  }
});

test('the table for the README has one row for every variable', () => {
  const lines = configMarkdown().split('\n');

  expect(lines).toHaveLength(Object.keys(variables).length + 2);
  for (const line of lines) expect(line.split('|')).toHaveLength(6);
  expect(lines[2]).toBe(
    '| `HOST` | Address that the hub listens on. | 127.0.0.1, which is reachable from this machine only | `0.0.0.0` |',
  );
});

test('the address of a hub can be opened in a browser', () => {
  expect(hubAddress('127.0.0.1', 4000)).toBe('http://127.0.0.1:4000');
  expect(hubAddress('0.0.0.0', 81)).toBe('http://localhost:81');
  expect(hubAddress('::1', 4000)).toBe('http://[::1]:4000');
});

function problems(env: Readonly<Record<string, string>>): string[] {
  try {
    readConfig(env);
  } catch (error) {
    expect(error).toBeInstanceOf(StartupProblem);
    const [head, ...lines] = (error as Error).message.split('\n');
    expect(head).toBe('The configuration cannot be used:');
    return lines.map(line => line.trim());
  }
  return [];
}
