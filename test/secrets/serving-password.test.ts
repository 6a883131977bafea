import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { prepareDatabase } from '../../src/infra/database.js';
import { openSql } from '../../src/infra/sql.js';
import { type FreshDatabase, freshDatabase } from '../kit/database.js';
import { keysOf, usualKey } from '../kit/keys.js';
import { hits } from './canaries.js';

let database: FreshDatabase;
let sent = '';
const server = createServer(near => {
  const { hostname, port } = new URL(database.url);
  const far = connect(Number(port), hostname);
  near.on('data', chunk => (sent += chunk.toString('latin1')));
  for (const [from, to] of [
    [near, far],
    [far, near],
  ] as const)
    from.on('error', () => to.destroy()).pipe(to);
});
beforeAll(async () => {
  database = await freshDatabase();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(async () => {
  server.close();
  await database?.drop();
});

test('the password of the role that serves never travels, so no log of statements can hold it', async () => {
  const heard = Object.assign(new URL(database.url), { host: `127.0.0.1:${(server.address() as AddressInfo).port}` });

  const { url, root } = await prepareDatabase(heard.href, keysOf(usualKey));
  const sql = openSql(url);
  const [row] = await sql.transaction('none', tx => tx.rows<{ who: string }>('select current_user as who'));
  await sql.close();

  const role = `${new URL(database.url).pathname.slice(1)}_app`;
  const password = createHmac('sha256', root.reveal()).update(`serving role ${role}`).digest('hex');
  expect([row?.who, new URL(url).password]).toEqual([role, password]);
  expect(sent).toContain(`role "${role}"`);
  expect(hits(sent, [{ name: 'password', value: password }])).toEqual([]);
});
