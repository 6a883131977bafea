import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { sealCredential } from '../../../src/access/store-credential.js';
import { fingerprintOf } from '../../../src/access/tokens/fingerprint.js';
import { Secret } from '../../../src/core/secret.js';
import { prepareDatabase } from '../../../src/infra/database.js';
import { openKeyring } from '../../../src/infra/keyring.js';
import { openSql } from '../../../src/infra/sql.js';
import { connectorSource } from '../../catalog/made-up-platforms.js';
import { ask } from '../../kit/client.js';
import { type FreshDatabase, freshDatabase } from '../../kit/database.js';
import { hubEnv } from '../../kit/hub.js';
import { type KeeperProcess, startKeeper } from '../../kit/keeper-processes.js';
import { keysOf, usualKey } from '../../kit/keys.js';
import { type MailServer, startMailServer } from '../../kit/mail-server.js';
import { type SlackDouble, slackAddress, startSlack } from '../../kit/slack.js';
import { sendJson, startTokenEndpoint } from '../../kit/token-endpoint.js';

/** A connection that a platform may end. */
export interface Sufferer {
  readonly connectionId: string;
  readonly customerId: string;
  readonly platform: string;
  readonly email: string;
  /** Path of the Slack channel in which its customer is told of. */
  readonly slackPath: string;
  readonly refreshToken: string;
}

/** An API process and a worker, hundreds of customers with a connection each, a mail server and a Slack. */
export interface AlertWorld {
  readonly url: string;
  readonly database: FreshDatabase;
  readonly mail: MailServer;
  readonly slack: SlackDouble;
  readonly sufferers: readonly Sufferer[];
  readonly worker: KeeperProcess;
  /** Refresh tokens that the platform has ended. */
  readonly ended: Set<string>;
  /** The only secret of the app that the platform takes. */
  acceptedSecret: string;
  /** When each mail address, and each Slack path, was told something, in ms since the epoch. */
  readonly told: Map<string, number[]>;
  ask(document: string, variables?: object): ReturnType<typeof ask>;
  /** Its token is refreshed within a second. */
  refreshNow(sufferer: Sufferer): Promise<void>;
  close(): Promise<void>;
}

const client = { id: 'the-app', secret: 'the-secret' };
const way = {
  ...{ kind: 'oauth2', label: 'Sign in', grant: 'authorization_code', scopes: ['calls'], clientAuth: 'basic' },
  ...{ authorizeUrl: 'https://api.example.test/authorize', tokenUrl: 'https://api.example.test/token' },
  ...{
    tokenBody: 'form',
    pkce: false,
    rotation: 'none',
    lifetimes: { accessSeconds: 86_400 },
    remedy: 'Sign in again.',
  },
};

export interface AlertWorldOptions {
  readonly platforms: number;
  /** Of each platform; those that nothing ever happens to come on top. */
  readonly connections: number;
  readonly bystanders: number;
  /** Each customer has a Slack channel of its own, beside the one that tells of everything. */
  readonly channels: 'each' | 'one';
  readonly env?: Readonly<Record<string, string>>;
}

export async function openAlertWorld(options: AlertWorldOptions): Promise<AlertWorld> {
  const ids = Array.from({ length: options.platforms }, (_, nth) => `made${nth}`);
  const directory = await mkdtemp(path.join(tmpdir(), 'alerts-'));
  for (const id of ids) {
    await mkdir(path.join(directory, id));
    const source = connectorSource(id, `connector.auth = ${JSON.stringify([way])};`);
    await writeFile(path.join(directory, id, 'connector.js'), source);
  }
  const [database, mail, slack] = [await freshDatabase(), await startMailServer(), await startSlack()];
  const adminKey = `pb_${randomBytes(32).toString('base64url')}`;
  const [ended, told] = [new Set<string>(), new Map<string, number[]>()];
  const note = (name: string): void => void told.set(name, [...(told.get(name) ?? []), Date.now()]);
  const tokens = await startTokenEndpoint(({ headers, body }, response) =>
    answer(headers.authorization, body, response),
  );
  const answer = (authorization: string | undefined, body: string, response: ServerResponse): void => {
    const basic = Buffer.from(`${client.id}:${world.acceptedSecret}`).toString('base64');
    if (authorization !== `Basic ${basic}`) return sendJson(response, 401, { error: 'invalid_client' });
    if (ended.has(new URLSearchParams(body).get('refresh_token') ?? ''))
      return sendJson(response, 400, { error: 'invalid_grant' });
    sendJson(response, 200, { access_token: randomUUID(), token_type: 'Bearer', expires_in: 86_400 });
  };
  mail.answer = ({ to }) => {
    for (const address of to) note(address);
    return undefined;
  };
  slack.answer = () => {
    note(slack.asked.at(-1) ?? '');
    return undefined;
  };
  const env: Record<string, string> = {
    ...hubEnv(database.url, adminKey),
    ...{ ...slack.env, PATCHBAY_SMTP_URL: mail.url, PATCHBAY_MAIL_FROM: 'Patchbay <hub@patchbay.example>' },
    ...{ TEST_PLATFORMS: pathToFileURL(directory).href, ...options.env },
  };
  for (const id of ids.map(each => each.toUpperCase())) {
    env[`PLATFORM_${id}_TOKEN_URL`] = tokens.url;
    env[`PLATFORM_${id}_CLIENT_ID`] = client.id;
    env[`PLATFORM_${id}_CLIENT_SECRET`] = client.secret;
  }
  const api = await startKeeper({ ...env, PATCHBAY_ROLE: 'api' });
  const processes: KeeperProcess[] = [api];
  const world: Omit<AlertWorld, 'worker'> & { sufferers: readonly Sufferer[] } = {
    ...{ url: api.url, database, mail, slack, ended, told, acceptedSecret: client.secret, sufferers: [] },
    ask: (document, variables = {}) => ask(api.url, adminKey, document, variables),
    async refreshNow({ connectionId }) {
      await database.query('update credentials set due_at = clock_timestamp() where connection_id = $1', [
        connectionId,
      ]);
    },
    async close() {
      await Promise.all(processes.map(each => each.end()));
      await Promise.all([mail.close(), slack.close(), tokens.close()]);
      await database.drop();
      await rm(directory, { recursive: true, force: true });
    },
  };
  world.sufferers = await populate(world, ids, options);
  const worker = await startKeeper({ ...env, PATCHBAY_ROLE: 'worker' });
  processes.push(worker);
  return Object.assign(world, { worker });
}

async function populate(
  world: Pick<AlertWorld, 'database' | 'ask'>,
  ids: readonly string[],
  options: AlertWorldOptions,
): Promise<Sufferer[]> {
  const { database } = world;
  const setUpSlack = async (name: string, channel: string, customerId?: string): Promise<void> => {
    await world.ask('mutation ($input: SetUpSlackInput!) { setUpSlack(input: $input) { id } }', {
      input: { name, address: slackAddress(channel), ...(customerId !== undefined && { customerId }) },
    });
  };
  if (options.channels === 'one') await setUpSlack('all', channelOf(0));
  const sufferers: Sufferer[] = [];
  for (const platform of ids) {
    for (let nth = 0; nth < options.connections; nth++) {
      const email = `${platform}-${nth}@acme.example`;
      const { customer } = await world.ask(
        'mutation ($n: String!) { customer: createCustomer(input: { name: $n }) { id } }',
        {
          n: `Acme ${platform} ${nth}`,
        },
      );
      await world.ask('mutation ($input: CreateContactInput!) { createContact(input: $input) { id } }', {
        input: { customerId: customer.id, name: 'Ada Lovelace', email, role: 'administrator' },
      });
      const channel = channelOf(sufferers.length + 1);
      if (options.channels === 'each') await setUpSlack(email, channel, customer.id);
      sufferers.push({
        ...{ connectionId: randomUUID(), customerId: customer.id, platform, email },
        ...{ slackPath: new URL(slackAddress(channel)).pathname, refreshToken: randomUUID() },
      });
    }
  }
  await storeConnections(database, sufferers);
  const [first] = sufferers;
  await database.query(
    `insert into connections (id, customer_id, platform, account_id, account_name, settings, credential_health, credential_checked_at, warnings, created_by)
     select gen_random_uuid(), $1, platform, platform || n, 'A bystander', '{}', 'valid', now(), '[]', 'a soak'
     from jsonb_array_elements_text($2::jsonb) platform, generate_series(1, $3) n`,
    [first?.customerId, JSON.stringify(ids), options.bystanders],
  );
  return sufferers;
}

const channelOf = (nth: number): string => `B${String(nth).padStart(8, '0')}`;

async function storeConnections(database: FreshDatabase, sufferers: readonly Sufferer[]): Promise<void> {
  const keys = keysOf(usualKey);
  const { url, root } = await prepareDatabase(database.url, keys);
  const sql = openSql(url);
  const keyring = openKeyring({ ...keys, root, sql });
  const rows = await Promise.all(
    sufferers.map(async ({ connectionId, customerId, platform, email, refreshToken }) => {
      const secret = new Secret({ access_token: 'an-access-token', refresh_token: refreshToken });
      const sealed = await sealCredential(
        keyring,
        { connectionId, customerId, epoch: 1 },
        { method: way.label, secret },
      );
      return {
        ...{ id: connectionId, customer: customerId, platform, account: email, sealed: sealed.toString('hex') },
        fingerprint: fingerprintOf(keyring, refreshToken).toString('hex'),
      };
    }),
  );
  await database.query(
    `with given as (
       select * from jsonb_to_recordset($1) as g (id uuid, customer uuid, platform text, account text, sealed text, fingerprint text)
     ), made as (
       insert into connections (id, customer_id, platform, account_id, account_name, settings, credential_health, credential_checked_at, warnings, created_by)
       select id, customer, platform, account, account, '{}', 'valid', now(), '[]', 'a soak' from given returning id
     )
     insert into credentials (connection_id, customer_id, epoch, sealed, fingerprint, client_id, refreshed_at, access_expires_at, due_at)
     select g.id, g.customer, 1, decode(g.sealed, 'hex'), decode(g.fingerprint, 'hex'), $2, now(), now() + interval '1 day', now() + interval '20 hours'
     from given g join made on made.id = g.id`,
    [JSON.stringify(rows), client.id],
  );
  keyring.close();
  await sql.close();
}
