import pg from 'pg';
import type { Claims } from '../core/ports.js';
import { wakefulSocket } from './wakeful-socket.js';

/** Sets ours apart from all other advisory locks. */
const ours = 7_203;
const silenceMs = 10_000;

export interface OpenClaims extends Claims {
  close(): Promise<void>;
}

interface Session {
  readonly opened: Promise<pg.Client>;
  end(): void;
}

/** Advisory locks of one session: they cost no write, and end with the connection of whoever dies. */
export function openClaims(url: string): OpenClaims {
  const held = new Set<string>();
  let session: Session | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;

  const connect = (): Session => {
    const client = new pg.Client({
      ...{ connectionString: url, connectionTimeoutMillis: 5_000, query_timeout: 8_000 },
      ...{ stream: () => wakefulSocket(silenceMs), keepAlive: true, application_name: 'patchbay claims' },
    });
    const opened = client
      .connect()
      .then(() => client.query(noticeSoon))
      .then(() => client);
    const end = (): void => {
      clearInterval(beat);
      client.end().catch(() => undefined);
      // What ends late has a successor, which keeps what it holds.
      if (session !== own) return;
      session = undefined;
      held.clear();
    };
    const own = { opened, end };
    // Silence ends it, which is well as long as nothing is held.
    const beat = setInterval(() => {
      if (held.size > 0) inLine(() => client.query('select 1')).catch(end);
    }, silenceMs / 3).unref();
    client.on('error', end);
    client.on('end', end);
    opened.catch(end);
    return own;
  };

  /** A client has one question under way at a time. */
  const inLine = <T>(act: () => Promise<T>): Promise<T> => {
    const answer = last.then(act);
    last = answer.catch(() => undefined);
    return answer;
  };

  const ask = (question: string, ids: readonly string[]): Promise<string[]> =>
    inLine(async () => {
      session ??= connect();
      const { opened, end } = session;
      try {
        const { rows } = await (await opened).query<{ id: string }>(question, [ours, ids]);
        return rows.map(({ id }) => id);
      } catch (error) {
        // It may hold by now what we think it does not.
        end();
        throw error;
      }
    });

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
      await (await session?.opened.catch(() => undefined))?.end();
    },
  };
}

// That a machine of ours is gone, the server is to find out within half a minute.
const noticeSoon = 'set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3';
const takeSome = 'select id from unnest($2::text[]) id where pg_try_advisory_lock($1, hashtext(id))';
const letSomeGo = 'select id from unnest($2::text[]) id where pg_advisory_unlock($1, hashtext(id))';
