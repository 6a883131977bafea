import pg from 'pg';
import type { Claims } from '../core/ports.js';
import { wakefulSocket } from './wakeful-socket.js';

/** Sets ours apart from all other advisory locks. */
const ours = 7_203;
const silenceMs = 10_000;

export interface OpenClaims extends Claims {
  close(): Promise<void>;
}

/** Advisory locks of one session: they cost no write, and end with the connection of whoever dies. */
export function openClaims(url: string): OpenClaims {
  const held = new Set<string>();
  let session: Promise<pg.Client> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;

  const connect = (): Promise<pg.Client> => {
    const client = new pg.Client({
      ...{ connectionString: url, connectionTimeoutMillis: 5_000, query_timeout: 8_000 },
      ...{ stream: () => wakefulSocket(silenceMs), keepAlive: true, application_name: 'patchbay claims' },
    });
    // Silence ends it, which is well as long as nothing is held.
    const beat = setInterval(() => {
      if (held.size > 0) client.query('select 1').catch(() => undefined);
    }, silenceMs / 3).unref();
    const opened = client.connect().then(() => client);
    const forget = (): void => {
      clearInterval(beat);
      if (session !== opened) return;
      session = undefined;
      held.clear();
    };
    client.on('error', forget);
    client.on('end', forget);
    opened.catch(forget);
    return opened;
  };

  /** One after the other: a client has one question under way at a time. */
  const ask = (question: string, ids: readonly string[]): Promise<string[]> => {
    const answer = last.then(async () => {
      session ??= connect();
      const client = await session;
      const { rows } = await client.query<{ id: string }>(question, [ours, ids]);
      return rows.map(({ id }) => id);
    });
    last = answer.catch(() => undefined);
    return answer;
  };

  return {
    async take(ids) {
      // The database gives a session what it has already.
      const wanted = ids.filter(id => !held.has(id));
      if (wanted.length === 0 || closed) return [];
      for (const id of wanted) held.add(id);
      try {
        const taken = await ask(takeSome, wanted);
        for (const id of wanted) if (!taken.includes(id)) held.delete(id);
        return taken;
      } catch (error) {
        for (const id of wanted) held.delete(id);
        throw error;
      }
    },
    async letGo(ids) {
      const kept = ids.filter(id => held.delete(id));
      if (kept.length > 0 && !closed) await ask(letSomeGo, kept);
    },
    async close() {
      closed = true;
      await last;
      await (await session?.catch(() => undefined))?.end();
    },
  };
}

const takeSome = 'select id from unnest($2::text[]) id where pg_try_advisory_lock($1, hashtext(id))';
const letSomeGo = 'select id from unnest($2::text[]) id where pg_advisory_unlock($1, hashtext(id))';
