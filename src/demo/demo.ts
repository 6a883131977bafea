/**
 * The main trip on one machine: a hub, a sandbox that pretends to be a platform, and a customer who
 * brings calls home. It speaks the public API, like any other program.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { progressBar } from './bar.js';
import { type Child, startChild } from './child.js';
import { type Client, connect } from './client.js';
import * as documents from './documents.js';

const callsInDemo = 1_247;
const platform = 'gong';
const historyDays = 365;
const folder = join(process.env.PATCHBAY_DATA_DIR ?? '.patchbay', 'demo');

const { values } = parseArgs({
  options: { once: { type: 'boolean', default: false }, calls: { type: 'string', default: String(callsInDemo) } },
});
const calls = Number(values.calls);
const children: Child[] = [];
let client: Client | undefined;
let ending: Promise<void> | undefined;

process.on('SIGINT', () => void end(130));
process.on('SIGTERM', () => void end(143));

try {
  const complete = await tell();
  if (values.once || !complete) await end(complete ? 0 : 1);
  else await new Promise(() => undefined);
} catch (error) {
  if (ending === undefined) process.stderr.write(`\n${(error as Error).message}\n`);
  await end(1);
}

async function tell(): Promise<boolean> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const apiKey = `pb_${randomBytes(32).toString('base64url')}`;
  say('Starting a sandbox Gong and the hub ...');
  const to = new Date();
  const from = new Date(to.getTime() - historyDays * 86_400_000);
  const sandbox = await startSandbox(from, to);
  const began = performance.now();
  const url = await startHub(sandbox, apiKey);
  say(`The hub answers at ${url} after ${seconds(performance.now() - began)}.`);
  client = connect(url, apiKey);

  const customerId = await createCustomer(client);
  const connection = await connectAccount(client, customerId, sandbox.secret);
  say(`Connected ${connection.accountName} by access key.`);
  const importId = await startImport(client, connection.id, from, to);
  const last = await watch(client, importId);
  return report({ client, url, apiKey, customerId, importId, last });
}

interface SandboxAddress {
  readonly url: string;
  readonly secret: readonly { readonly name: string; readonly value: string }[];
}

async function startSandbox(from: Date, to: Date): Promise<SandboxAddress> {
  const args = ['--platform', platform, '--calls', String(calls), '--seed', '7', '--port', '0', '--admin-port', '0'];
  const child = startChild(
    'sandbox/main.js',
    [...args, '--from', from.toISOString(), '--to', to.toISOString()],
    {},
    join(folder, 'sandbox.log'),
  );
  children.push(child);
  const [greeting, url = ''] = await child.says(/^Sandbox [^\n]*: (http\S+)\n[^]*PATCHBAY_EGRESS_ALLOW=/);
  const secret = [...greeting.matchAll(/^Credential: (\S+) +(\S+)$/gm)].map(([, name = '', value = '']) => ({
    name,
    value,
  }));
  return { url, secret };
}

async function startHub(sandbox: SandboxAddress, apiKey: string): Promise<string> {
  const child = startChild(
    'main.js',
    [],
    {
      PATCHBAY_DATA_DIR: folder,
      PATCHBAY_ADMIN_KEY: apiKey,
      PATCHBAY_EGRESS_ALLOW: new URL(sandbox.url).host,
      [`PLATFORM_${platform.toUpperCase()}_API_URL`]: sandbox.url,
      HOST: '127.0.0.1',
      PORT: String(await freePort(Number(process.env.PORT ?? 4000))),
      LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn',
    },
    join(folder, 'hub.log'),
  );
  children.push(child);
  const [, url = ''] = await child.says(/listens at (\S+)/);
  return url;
}

async function createCustomer(hub: Client): Promise<string> {
  const name = `Demo ${new Date().toISOString().slice(0, 19).replace('T', ' ')}`;
  const { createCustomer: customer } = await hub.ask<{ createCustomer: { id: string } }>(documents.createCustomer, {
    name,
  });
  return customer.id;
}

async function connectAccount(hub: Client, customerId: string, secret: SandboxAddress['secret']) {
  const answer = await hub.ask<{ connectWithSecret: { id: string; accountName: string } }>(
    documents.connectWithSecret,
    {
      customerId,
      platform,
      secret,
    },
  );
  return answer.connectWithSecret;
}

async function startImport(hub: Client, connectionId: string, from: Date, to: Date): Promise<string> {
  const answer = await hub.ask<{ startImport: { id: string } }>(documents.startImport, {
    connectionId,
    from: from.toISOString(),
    to: to.toISOString(),
  });
  return answer.startImport.id;
}

async function watch(hub: Client, importId: string): Promise<documents.Progress> {
  say(`\nImporting ${calls.toLocaleString('en')} calls with transcripts:`);
  const draw = progressBar(process.stdout);
  let last: documents.Progress | undefined;
  for await (const { importProgress } of hub.watch<{ importProgress: documents.Progress }>(documents.importProgress, {
    importId,
  })) {
    last = importProgress;
    draw(last);
  }
  if (last === undefined) throw new Error('The hub sent no progress.');
  return last;
}

interface Story {
  readonly client: Client;
  readonly url: string;
  readonly apiKey: string;
  readonly customerId: string;
  readonly importId: string;
  readonly last: documents.Progress;
}

/** Says what is here now, and whether it is everything. */
async function report({ client: hub, url, apiKey, customerId, importId, last }: Story): Promise<boolean> {
  const { calls: page } = await hub.ask<{ calls: { totalCount: number; nodes: { id: string }[] } }>(
    documents.firstCalls,
    { customerId },
  );
  const complete = last.status === 'COMPLETED' && page.totalCount === calls && last.stored === calls;
  say(
    `\nImported ${page.totalCount.toLocaleString('en')} calls, ${last.transcripts.toLocaleString('en')} with transcripts, in ${last.requests} requests.`,
  );
  if (!complete)
    say(
      `That is not everything: expected ${calls}; ${last.problem?.message ?? last.status} ${last.problem?.remedy ?? ''}`,
    );
  const [first] = page.nodes;
  if (first !== undefined) showCall(await hub.ask<documents.OneCall>(documents.oneCall, { id: first.id }));
  if (!values.once) invite(url, apiKey, customerId, importId, first?.id ?? '');
  return complete;
}

function showCall({ call }: documents.OneCall): void {
  say(`\n${call.title ?? 'Untitled call'}, ${call.startedAt}, ${Math.round((call.durationSeconds ?? 0) / 60)} minutes`);
  say(
    `${call.provenance.text} (${call.provenance.remoteId}, transcript: ${call.provenance.transcriptOrigin ?? 'none'})`,
  );
  for (const { name, email, phone, role } of call.participants) {
    say(`  ${[name, email, phone].filter(Boolean).join(', ')}${role === 'host' ? ' (host)' : ''}`);
  }
  for (const { speaker, startSeconds, text } of call.transcript?.lines.slice(0, 4) ?? []) {
    say(`  [${startSeconds.toFixed(0).padStart(4)} s] ${speaker}: ${text.slice(0, 90)}`);
  }
}

function invite(url: string, apiKey: string, customerId: string, importId: string, callId: string): void {
  say(`
The hub stays up. Send GraphQL to ${url} with the header
  Authorization: Bearer ${apiKey}

  query { platforms { id name status caveat } }

  query { calls(customerId: "${customerId}", first: 5) { totalCount nodes { title startedAt durationSeconds participants { name } } } }

  query { import(id: "${importId}") { status progress { stored transcripts requests } }
          call(id: "${callId}") { title transcript { lines { speaker startSeconds text } } } }

Ctrl-C ends everything. Logs are in ${folder}.`);
}

function end(code: number): Promise<void> {
  ending ??= (async () => {
    client?.close();
    await Promise.all(children.map(child => child.end()));
    process.exit(code);
  })();
  return ending;
}

/** The wanted port, or any free one when it is taken. */
function freePort(wanted: number): Promise<number> {
  return new Promise(resolve => {
    const probe = createServer();
    probe.once('error', () => resolve(wanted === 0 ? 0 : freePort(0)));
    probe.listen(wanted, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : wanted));
    });
  });
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
