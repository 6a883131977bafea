import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { prepareDatabase } from '../../src/infra/database.js';
import { openKeyring } from '../../src/infra/keyring.js';
import { openSql } from '../../src/infra/sql.js';
import { freshDatabase } from '../kit/database.js';
import { keysOf, usualKey } from '../kit/keys.js';

test('a million values of one customer are sealed under a million nonces', async () => {
  const database = await freshDatabase();
  const { url, root } = await prepareDatabase(database.url, keysOf(usualKey));
  const sql = openSql(url);
  const keyring = openKeyring({ ...keysOf(usualKey), root, sql });
  const id = randomUUID();
  await database.query("insert into customers (id, name) values ($1, 'Acme')", [id]);
  const seal = await keyring.sealer(id);
  const plain = Buffer.from('the same words');

  const nonces = new Set<string>();
  for (let i = 0; i < 1e6; i += 1)
    nonces.add(seal(plain, { field: 'a.b', rowId: '1', epoch: 0 }).toString('latin1', 3, 15));

  expect(nonces.size).toBe(1e6);
  keyring.close();
  await sql.close();
  await database.drop();
}, 600_000);
