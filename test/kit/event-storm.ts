import { createHash, randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import gong from '../../connections/gong/simulator.js';
import { setUpByCustomer } from './hooks.js';
import { type House, openHouse } from './house.js';
import type { HubProcess } from './processes.js';
import { connectedCustomer } from './trip.js';
import { until } from './until.js';

export interface StormOptions {
  readonly events: number;
  /** How often each is sent. */
  readonly times: number;
  readonly perSecond: number;
  /** The database is away so long, beginning after a third of the storm. */
  readonly awaySeconds: number;
  /** The worker is killed in the middle of it, and another one started. */
  readonly kill: boolean;
  /** Further hooks of other connections, at which nothing arrives. Default: none. */
  readonly others?: number;
}

export interface Storm {
  readonly sent: number;
  /** Answers by their status; 0: none came. */
  readonly byStatus: Readonly<Record<number, number>>;
  /** From sending to the answer of 2xx, in milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
  /** Events that were answered with 2xx, and those of them that are not there. */
  readonly acknowledged: number;
  readonly missing: number;
  readonly rows: number;
  readonly eventsReceived: number;
  readonly calls: number;
  readonly inAccount: number;
  readonly doubled: number;
  readonly looks: number;
}

const webhooks = gong.webhooks as NonNullable<typeof gong.webhooks>;
const hourMs = 3_600_000;

/** Events at a real-time sync, each several times, in disorder, at a steady rate. @returns once all that was acknowledged is worked off. */
export async function storm(options: StormOptions): Promise<Storm> {
  const { events, times, perSecond, awaySeconds, kill, others = 0 } = options;
  const at = (hours: number): string => new Date(Date.now() - hours * hourMs).toISOString();
  const house = await openHouse({ calls: 60, from: at(3), to: at(0.5), limits: 'off' });
  try {
    const env = { PLATFORM_GONG_LIMITS: 'off', LOG_LEVEL: 'warn' };
    const api = await house.start({ ...env, PATCHBAY_ROLE: 'api' });
    let worker = await house.start({ ...env, PATCHBAY_ROLE: 'worker' });
    const hub = house.clientOf(api);
    const { connectionId } = await connectedCustomer(hub, house.sandbox);
    await addHooks(house, connectionId, others);
    const { sender } = await setUpByCustomer(hub, webhooks, connectionId);
    const ids = house.sandbox.truth();
    const told = Array.from({ length: events }, (_, i) => about(ids[i % ids.length] ?? '', at(1 + (i % 100) / 100)));
    const { headers, names, bodies } = sign(told, sender);
    const order = shuffled(Array.from({ length: events * times }, (_, i) => i % events));

    const agent = new Agent({ keepAlive: true, maxSockets: 200 });
    const answers: { event: number; status: number; ms: number }[] = [];
    const begin = performance.now();
    const weather = awaySeconds === 0 ? undefined : away(house, (order.length / perSecond / 3) * 1_000, awaySeconds);
    const struck = kill ? strike(house, worker, env, (order.length / perSecond / 2) * 1_000) : undefined;
    await Promise.all(
      order.map(async (event, i) => {
        await pause(Math.max(0, begin + (i * 1_000) / perSecond - performance.now()));
        answers.push({ event, ...(await post(agent, sender.url, headers[event] ?? {}, bodies[event])) });
      }),
    );
    await weather;
    worker = (await struck) ?? worker;
    agent.destroy();
    return await judge(house, connectionId, { answers, names });
  } finally {
    await house.close();
  }
}

async function addHooks({ database }: House, connectionId: string, count: number): Promise<void> {
  await database.query(
    `with own as (
       insert into connections select (jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid(), 'account_id', 'account ' || n))).*
       from connections c, generate_series(1, $2::integer) n where c.id = $1 returning id, customer_id, platform
     ), paused as (
       insert into syncs (id, customer_id, connection_id, cadence, with_transcripts, history_from, state, next_slot_at, next_at, requested_by,
         created_at, updated_at)
       select gen_random_uuid(), customer_id, id, 'REAL_TIME', true, now(), 'PAUSED', now(), now(), 'a storm', now(), now() from own
     ) insert into hooks (id, platform, customer_id, connection_id, next_at)
       select gen_random_uuid(), platform, customer_id, id, now() + interval '1 year' from own`,
    [connectionId, count],
  );
  await database.query('analyze connections, hooks');
}

interface Heard {
  readonly answers: readonly { event: number; status: number; ms: number }[];
  readonly names: readonly string[];
}

async function judge({ database, sandbox }: House, connectionId: string, { answers, names }: Heard): Promise<Storm> {
  await until(
    'all is worked off',
    async () => (await database.query('select 1 from inbound_events where settled_at is null limit 1')).length === 0,
    300_000,
  );
  const [figures] = await database.query<
    Omit<Storm, 'sent' | 'byStatus' | 'p50' | 'p99' | 'most' | 'acknowledged' | 'missing'>
  >(
    `select (select count(*)::integer from inbound_events) as rows,
       (select events_received from hooks where connection_id = $1) as "eventsReceived",
       (select count(*)::integer from calls) as calls, $2::integer as "inAccount",
       (select count(*)::integer from (select 1 from calls group by customer_id, platform, account_id, external_id having count(*) > 1) d) as doubled,
       (select count(*)::integer from runs where hinted) as looks`,
    [connectionId, sandbox.truth().length],
  );
  if (figures === undefined) throw new Error('The database did not answer.');
  const rows = await database.query<{ event_id: string }>('select event_id from inbound_events');
  const here = new Set(rows.map(({ event_id }) => event_id));
  const acknowledged = new Set(answers.filter(({ status }) => status === 200).map(({ event }) => event));
  const times = answers
    .filter(({ status }) => status === 200)
    .map(({ ms }) => ms)
    .toSorted((a, b) => a - b);
  const share = (part: number): number => Math.round(times[Math.floor(times.length * part)] ?? 0);
  const byStatus: Record<number, number> = {};
  for (const { status } of answers) byStatus[status] = (byStatus[status] ?? 0) + 1;
  return {
    ...{ sent: answers.length, byStatus, p50: share(0.5), p99: share(0.99), most: share(0.999_999) },
    acknowledged: acknowledged.size,
    missing: [...acknowledged].filter(event => !here.has(names[event] ?? '')).length,
    ...figures,
  };
}

function about(id: string, started: string) {
  const { callData } = webhooks.golden.event as { callData: { metaData: object } };
  return {
    callData: { ...callData, metaData: { ...callData.metaData, id, started } },
    isTest: false,
    nonce: randomUUID(),
  };
}

/** Signed before the storm, since that takes the sender longer than sending. */
function sign(
  told: readonly unknown[],
  { url, keys }: { url: string; keys: Parameters<typeof webhooks.send>[0]['keys'] },
) {
  const sent = told.map(event => webhooks.send({ event, url, at: new Date(), id: '', keys }));
  return {
    headers: sent.map(each => each.headers),
    bodies: sent.map(({ body }) => body),
    // Gong does not name its events: their bytes do.
    names: sent.map(({ body }) => createHash('sha256').update(body).digest('base64url')),
  };
}

function post(
  agent: Agent,
  url: string,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array | undefined,
): Promise<{ status: number; ms: number }> {
  return postSince(performance.now(), agent, url, headers, body);
}

function postSince(begun: number, ...sent: Parameters<typeof post>): ReturnType<typeof post> {
  const [agent, url, headers, body] = sent;
  return new Promise(resolve => {
    const done = (status: number): void => resolve({ status, ms: performance.now() - begun });
    const outgoing = request(url, { agent, method: 'POST', headers }, response => {
      response.resume();
      response.once('end', () => done(response.statusCode ?? 0));
      response.once('error', () => done(0));
    });
    outgoing.once('error', (error: NodeJS.ErrnoException) => {
      // A connection that was kept and had just been closed: every sender tries again on another one.
      if (outgoing.reusedSocket && error.code === 'ECONNRESET') resolve(postSince(begun, ...sent));
      else done(0);
    });
    outgoing.end(body);
  });
}

async function away({ line }: House, afterMs: number, seconds: number): Promise<void> {
  await pause(afterMs);
  line.cut();
  await pause(seconds * 1_000);
  line.mend();
}

async function strike(
  house: House,
  worker: HubProcess,
  env: Record<string, string>,
  afterMs: number,
): Promise<HubProcess> {
  await pause(afterMs);
  worker.kill('SIGKILL');
  await worker.ended;
  // The database may be away just then, without which no process starts.
  for (;;) {
    try {
      return await house.start({ ...env, PATCHBAY_ROLE: 'worker' });
    } catch {
      await pause(1_000);
    }
  }
}

/** The same each time. */
function shuffled(items: number[]): number[] {
  let state = 7;
  for (let i = items.length - 1; i > 0; i--) {
    state = (state * 48_271) % 2_147_483_647;
    const j = state % (i + 1);
    [items[i], items[j]] = [items[j] as number, items[i] as number];
  }
  return items;
}
