import { createHash } from 'node:crypto';
import pg from 'pg';
import { schemaText } from '../../src/api/index.js';
import { buildApiSchema } from '../../src/api/index.js';
import { type Hub, type HubOptions, openHub, resolvers } from '../../src/app.js';
import { readConfig } from '../../src/config.js';
import { openLog } from '../../src/infra/log.js';
import { progressTopic, snapshotOfRow, snapshotColumns, type RunRow, workTopic } from '../../src/runs/snapshot.js';
import { until } from '../kit/until.js';
import { foreignTexts, ownedTables, textsOf } from './foreign-bytes.js';
import type { Errand } from './documents.js';
import { how } from './how.js';
import { walk, type Walker } from './walk.js';
import type { Party, World } from './world.js';

/** Both customers are there; who walks sees A as its own and B as foreign. */
export interface Stage {
  readonly b: Party;
  walker(role: Walker['role'], url: string): Walker;
  foreignTo(role: Walker['role']): readonly string[];
  /** When no run of A is under way any more, and no sync begins another one. */
  settled(): Promise<unknown>;
}

export async function openStage(world: World): Promise<Stage> {
  const { hub, a, absent, keys } = world;
  const b = await world.bringB();
  const tables = await ownedTables(hub.database);
  const [ofA, ofB, ofHouse] = await Promise.all(
    [a.customerId, b.customerId, null].map(id => textsOf(hub.database, id)),
  );
  const open = await hub.ask(
    '{ platforms { id name caveat limits authMethods { label } } errorCodes { code meaning } }',
  );
  const known = `${schemaText(await buildApiSchema(resolvers))} ${JSON.stringify(open)}`;
  const none = new Set<string>();
  const foreign = {
    // The words of the marks stand in what people said, which is sealed at rest.
    customer: [...foreignTexts([ofB!, ofHouse!], ofA!, known), 'betamark', 'housemark'],
    sales: [...foreignTexts([ofA!, ofB!], none, known), 'alphamark', 'betamark'],
    nobody: [...foreignTexts([ofA!, ofB!, ofHouse!], none, known), 'alphamark', 'betamark', 'housemark'],
  };
  const foreignTo = (role: Walker['role']): readonly string[] => (role in foreign ? foreign[role as 'sales'] : []);
  const owner = rowReader(hub.database.url);

  return {
    b,
    foreignTo,
    walker: (role, url) => ({
      ...{ url, role, absent, own: a.values, foreign: b.values, foreignTexts: foreignTo(role) },
      key: role === 'customer' ? a.key : role === 'nobody' ? undefined : keys[role],
      foreignRows: async () => {
        // Whoever works for every customer may change things of every customer.
        if (role !== 'customer' && role !== 'sales' && role !== 'nobody') return '';
        const hash = createHash('sha256');
        const union = tables.map(({ name, owner }) => `select t::text as row from ${name} t where ${owner} = $1`);
        for (const { row } of await owner(`${union.join(' union all ')} order by 1`, [b.customerId])) hash.update(row);
        return hash.digest('hex');
      },
      provoke: async id => {
        if (id === a.customerId) await owner('update connections set updated_at = now() where customer_id = $1', [id]);
        if (id === a.customerId) await owner('update syncs set updated_at = now() where customer_id = $1', [id]);
        if (id === a.customerId)
          await owner("update alerts set updated_at = clock_timestamp() where customer_id = $1 and state = 'OPEN'", [
            id,
          ]);
        for (const topic of [`alerts/${id}`, `connections/${id}`, workTopic(id)])
          await owner('select pg_notify($1, $2)', ['patchbay', JSON.stringify({ topic })]);
        const [row] = await owner<RunRow>(`select ${snapshotColumns} from runs where owner_id::text = $1`, [id]);
        if (row === undefined) return;
        const message = { ...snapshotOfRow(row), sequence: Number(row.sequence) + 1, finished: true };
        await owner('select pg_notify($1, $2)', ['patchbay', JSON.stringify({ topic: progressTopic(id), message })]);
      },
    }),
    settled: async () => {
      await owner("update syncs set next_at = '2036-01-01Z' where customer_id = $1", [a.customerId]);
      return until('the runs of A come to rest', async () => {
        const busy = await owner("select 1 from runs where customer_id = $1 and status in ('QUEUED', 'RUNNING')", [
          a.customerId,
        ]);
        return busy.length === 0;
      });
    },
  };
}

/** As the owner, over one connection: the walk looks hundreds of times. */
function rowReader(
  url: string,
): <R extends pg.QueryResultRow = { row: string }>(text: string, values: unknown[]) => Promise<R[]> {
  const pool = new pg.Pool({ connectionString: url, max: 1, allowExitOnIdle: true });
  pool.on('error', () => undefined);
  // By name, so that the question about all tables is planned once.
  const nameOf = (text: string): string => createHash('md5').update(text).digest('hex');
  return async (text, values) => (await pool.query({ name: nameOf(text), text, values })).rows as never;
}

/** A further hub on the world's database, which only serves the API. */
export function joinHub({ hub }: World, options: HubOptions): Promise<Hub> {
  const much = { perSecond: 1e6, burst: 1e6 };
  return openHub(readConfig({ ...hub.env, PATCHBAY_ROLE: 'api' }), {
    ...{
      log: openLog('silent'),
      limits: { key: much, misuse: much, strangers: much, visits: much, socketsPerKey: 1e6 },
    },
    ...options,
  });
}

/** All that customer A can read without naming anybody else, as one text. */
export async function readAll({ a, absent }: World, errands: readonly Errand[], url: string): Promise<string> {
  const nothing = { foreignTexts: [], foreignRows: async () => '', provoke: async () => undefined };
  const walker = {
    url,
    role: 'customer',
    key: a.key,
    own: a.values,
    foreign: absent,
    absent,
    ...nothing,
  } as const;
  const reading = errands.filter(({ operation }) => operation !== 'mutation');
  const { answers } = await walk(reading, how, walker);
  // Reckoned from now.
  return JSON.stringify(answers.map(({ errand, data }) => [errand.coordinate, data])).replaceAll(
    /"expectedFinishAt":"[^"]*"/g,
    '',
  );
}
