import { PostgresBackend } from '@agendajs/postgres-backend';
import pg from 'pg';
import { wakefulSocket } from '../wakeful-socket.js';
import type { JobStore } from './store.js';

/** Jobs in the hub's own PostgreSQL. The migrations make the table. */
export function openPostgresStore(url: string): JobStore {
  const pool = new pg.Pool({
    connectionString: url,
    max: 4,
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
    query_timeout: 8_000,
    stream: () => wakefulSocket(10_000),
    options: '-c search_path=jobs',
    application_name: 'patchbay agenda',
  });
  pool.on('error', () => undefined);
  const { repository } = new PostgresBackend({
    pool,
    tableName: 'agenda_jobs',
    ensureSchema: false,
    disableNotifications: true,
  });
  return { repository, isThere: () => true, onBack: () => undefined, close: () => pool.end() };
}
