/** The rules about who may import whom have to bite, also where only a type is borrowed. */
import { execFile } from 'node:child_process';
import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = path.join(import.meta.dirname, '../..');
const cruiser = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');

/** A file that breaks a rule: where it is put, what it says, and the rule that must be named. */
type Breach = readonly [rule: string, file: string, code: string];
const breaches: readonly Breach[] = [
  ['core-stands-alone', 'src/core/breach.ts', "import type { Scope } from '../scope.js';\nexport type S = Scope;"],
  ['connector-on-core', 'src/connector/breach.ts', "export { makeAsk } from '../engine/index.js';"],
  [
    'engine-on-contract',
    'src/engine/breach.ts',
    "import { pacerFor } from '../quota/index.js';\nexport const p = pacerFor;",
  ],
  ['infra-on-core', 'src/infra/breach.ts', "import type { Scope } from '../scope.js';\nexport type S = Scope;"],
  ['api-never-infra', 'src/api/breach.ts', "import { openLog } from '../infra/log.js';\nexport const log = openLog;"],
  [
    'features-never-outward',
    'src/calls/breach.ts',
    "import type { Api } from '../api/index.js';\nexport type A = Api;",
  ],
  ['features-never-outward', 'src/quota/breach.ts', "export { openSql } from '../infra/sql.js';"],
  [
    'features-meet-at-the-door',
    'src/imports/breach.ts',
    "import { ensureFirstKey } from '../customers/keys/first-key.js';\nexport const k = ensureFirstKey;",
  ],
  [
    'features-meet-at-the-door',
    'src/runs/breach.ts',
    "import type { Call } from '../calls/call.entity.js';\nexport type C = Call;",
  ],
  [
    'customers-never-downstream',
    'src/customers/breach.ts',
    "import type { feature } from '../imports/index.js';\nexport type F = typeof feature;",
  ],
  [
    'catalog-never-downstream',
    'src/catalog/breach.ts',
    "import { type Connection } from '../access/index.js';\nexport type C = Connection;",
  ],
  ['access-never-downstream', 'src/access/breach.ts', "export const later = () => import('../calls/index.js');"],
  [
    'quota-never-downstream',
    'src/quota/breach-2.ts',
    "import { type Call } from '../calls/index.js';\nexport type C = Call;",
  ],
  ['calls-never-downstream', 'src/calls/breach-2.ts', "export * from '../runs/index.js';"],
  ['runs-never-downstream', 'src/runs/breach-2.ts', "import '../imports/index.js';"],
  [
    'platform-is-an-island',
    'connections/grain/breach.ts',
    "import { toCall } from '../gong/map.js';\nexport const c = toCall;",
  ],
  [
    'platform-is-an-island',
    'connections/grain/breach-2.ts',
    "import type { Egress } from '../../src/core/ports.js';\nexport type E = Egress;",
  ],
  [
    'platform-owns-no-io',
    'connections/grain/breach-3.ts',
    "import { readFile } from 'node:fs/promises';\nexport const r = readFile;",
  ],
  ['platform-owns-no-io', 'connections/grain/breach-4.ts', "import https from 'https';\nexport const h = https;"],
  [
    'nobody-names-a-platform',
    'src/catalog/breach-2.ts',
    "import gong from '../../connections/gong/connector.js';\nexport const g = gong;",
  ],
  [
    'simulators-are-for-the-sandbox',
    'connections/gong/breach.ts',
    "import simulator from './simulator.js';\nexport const s = simulator;",
  ],
  [
    'simulators-share-nothing-with-mappers',
    'connections/gong/simulator/breach.ts',
    "import { toCall } from '../map.js';\nexport const c = toCall;",
  ],
  [
    'sandbox-stands-aside',
    'src/api/breach-2.ts',
    "import type { Sandbox } from '../sandbox/sandbox.js';\nexport type S = Sandbox;",
  ],
  [
    'demo-is-a-stranger',
    'src/demo/breach.ts',
    "import { readConfig } from '../config.js';\nexport const r = readConfig;",
  ],
  ['nobody-needs-the-demo', 'src/papers-breach.ts', "export * from './demo/client.js';"],
  ['one-door-per-library', 'src/runs/breach-3.ts', "import pg from 'pg';\nexport const p = pg;"],
  ['one-door-per-library', 'src/engine/breach-2.ts', "import { request } from 'undici';\nexport const r = request;"],
  [
    'one-door-per-library',
    'src/runs/breach-4.ts',
    "import { MongoClient } from 'mongodb';\nexport const m = MongoClient;",
  ],
  ['one-way-out', 'src/infra/breach-2.ts', "import { request } from 'undici';\nexport const r = request;"],
  ['one-way-out', 'src/infra/breach-3.ts', "import { get } from 'node:https';\nexport const g = get;"],
  ['one-way-out', 'src/api/breach-3.ts', "import * as http2 from 'http2';\nexport const h = http2;"],
  ['one-way-out', 'src/access/breach-2.ts', "export const tls = () => import('node:tls');"],
  [
    'one-way-out',
    'src/quota/breach-3.ts',
    "import { createSocket } from 'node:dgram';\nexport const c = createSocket;",
  ],
  ['one-way-out', 'src/runs/breach-5.ts', "import { lookup } from 'node:dns/promises';\nexport const l = lookup;"],
  ['one-way-out', 'src/sandbox/breach.ts', "import dns from 'dns';\nexport const d = dns;"],
  ['few-listen', 'src/engine/breach-4.ts', "import { request } from 'node:http';\nexport const r = request;"],
  ['few-listen', 'src/infra/breach-4.ts', "import http from 'http';\nexport const h = http;"],
  ['few-listen', 'src/infra/breach-5.ts', "import { connect } from 'node:net';\nexport const c = connect;"],
  [
    'few-start-programs',
    'src/imports/breach-3.ts',
    "import { execFile } from 'node:child_process';\nexport const e = () => execFile('curl');",
  ],
  [
    'graphql-server-in-api-only',
    'src/imports/breach-2.ts',
    "import { ApolloServer } from '@apollo/server';\nexport const a = ApolloServer;",
  ],
  ['no-guesswork', 'src/engine/breach-3.ts', "import { nothing } from './nowhere.js';\nexport const n = nothing;"],
  ['no-cycles', 'src/core/breach-2.ts', "import { b } from './breach-3.js';\nexport const a = () => b;"],
];

/** Ways out that need no module, or a module that may be used for something else: where it is put, and what it says. */
const waysOut: readonly (readonly [file: string, code: string])[] = [
  ['src/calls/out.ts', "export const a = fetch('https://a.test');"],
  ['src/infra/out.ts', "export const a = fetch('https://a.test');"],
  ['src/engine/out.ts', "export const a = fetch('https://a.test');"],
  ['connections/gong/out.ts', "export const a = fetch('https://a.test');"],
  ['connections/gong/out-2.ts', "export const a = new WebSocket('wss://a.test');"],
  ['src/api/out.ts', "export const a = new WebSocket('wss://a.test');"],
  ['src/runs/out-2.ts', "export const a = new EventSource('https://a.test');"],
  ['src/api/out-2.ts', "import { WebSocket } from 'ws';\nexport const a = new WebSocket('wss://a.test');"],
  ['src/api/server.ts', "import { request } from 'node:http';\nexport const a = request;"],
  ['src/api/worker-health.ts', "import http from 'node:http';\nexport const a = http;"],
  ['src/api/limits/address-prefix.ts', "import { connect } from 'node:net';\nexport const a = connect;"],
  ['src/config/variables.ts', "import * as net from 'net';\nexport const a = net;"],
  ['src/infra/embedded-postgres/server.ts', "import { Socket } from 'node:net';\nexport const a = Socket;"],
];

/** Without these the breaches would not be whole. */
const companions: Readonly<Record<string, string>> = {
  'src/core/breach-3.ts': "import { a } from './breach-2.js';\nexport const b = () => a;",
  'src/quota/hidden.ts': "export type C = import('../calls/index.js').Call;",
};

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

async function cruise(folder: string): Promise<{ violations: Violation[]; totalCruised: number }> {
  const args = [cruiser, '--config', '.config/dependency-cruiser.cjs', '--output-type', 'json', 'src', 'connections'];
  const run = promisify(execFile)(process.execPath, args, { cwd: folder, maxBuffer: 64 * 1024 * 1024 });
  // It exits with the number of violations.
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  return JSON.parse(stdout).summary;
}

let copy: string;
let found: Violation[];
beforeAll(async () => {
  copy = await mkdtemp(path.join(tmpdir(), 'patchbay-layers-'));
  for (const part of ['src', 'connections', '.config', 'package.json', 'tsconfig.json'])
    await cp(path.join(root, part), path.join(copy, part), { recursive: true });
  await symlink(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  const files = [...breaches.map(([, ...file]) => file), ...Object.entries(companions)];
  for (const [file, code] of files) {
    await mkdir(path.dirname(path.join(copy, file)), { recursive: true });
    await writeFile(path.join(copy, file), `${code}\n`);
  }
  await appendFile(path.join(copy, 'src/scope.ts'), "\nexport type { Customer } from './customers/index.js';\n");
  found = (await cruise(copy)).violations;
});
afterAll(() => rm(copy, { recursive: true, force: true }));

test.each(breaches)('%s catches %s', (rule, file) => {
  const rules = found.filter(({ from }) => from === file).map(each => each.rule.name);

  expect(rules).toContain(rule);
});

test('scope-on-contract catches a scope that knows a feature', () => {
  const rules = found.filter(({ from }) => from === 'src/scope.ts').map(each => each.rule.name);

  expect(rules).toContain('scope-on-contract');
});

test('every other way out is forbidden by lint', async () => {
  for (const [file, code] of waysOut) {
    const place = path.join(copy, file);
    await writeFile(place, `${code}\n`);
  }
  const lint = path.join(root, 'node_modules/oxlint/bin/oxlint');
  const args = [lint, '-c', '.config/oxlint.json', '--format', 'json', ...waysOut.map(([file]) => file)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: copy }).catch(
    (error: { stdout: string }) => error,
  );
  const told = (JSON.parse(stdout).diagnostics as { filename: string; message: string; help: string }[]).filter(
    ({ help, message }) => `${message} ${help}`.includes('through the port Egress'),
  );

  const caught = new Set(told.map(({ filename }) => filename));
  expect(waysOut.map(([file]) => file).filter(file => !caught.has(file))).toEqual([]);
});

test('nobody gets a module past the rules', async () => {
  const hidden = /getBuiltinModule|process\.binding|createRequire|\bglobal(This)?\s*(\?\.|\.|\[)/;
  const folders = ['src', 'connections'];
  const listed = await Promise.all(
    folders.map(async folder =>
      (await readdir(path.join(root, folder), { recursive: true })).map(file => `${folder}/${file}`),
    ),
  );
  const files = listed.flat().filter(file => file.endsWith('.ts'));
  const texts = await Promise.all(
    files.map(async file => [file, await readFile(path.join(root, file), 'utf8')] as const),
  );

  // These find where a package lies, and load none.
  expect(texts.flatMap(([file, text]) => (hidden.test(text) ? [file] : [])).toSorted()).toEqual([
    'src/api/graphiql/routes.ts',
    'src/infra/embedded-postgres/programs.ts',
  ]);
});

test('what the cruiser does not see, a type imported in the middle of a line, is forbidden by lint', async () => {
  const lint = path.join(root, 'node_modules/oxlint/bin/oxlint');
  const args = [lint, '-c', '.config/oxlint.json', 'src/quota/hidden.ts'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: copy }).catch(
    (error: { stdout: string }) => error,
  );

  expect(stdout).toContain('`import()` type annotations are forbidden');
});

test('the tree as it is breaks no rule, and all of it is looked at', async () => {
  const { violations, totalCruised } = await cruise(root);

  expect(violations.map(({ rule, from, to }) => `${rule.name}: ${from} to ${to}`)).toEqual([]);
  expect(totalCruised).toBeGreaterThan(200);
});
