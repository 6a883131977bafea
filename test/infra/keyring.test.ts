import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SealContext } from '../../src/core/ports.js';
import { Secret } from '../../src/core/secret.js';
import { prepareDatabase } from '../../src/infra/database.js';
import { type NamedKey, openKeyring } from '../../src/infra/keyring.js';
import { openSql } from '../../src/infra/sql.js';
import { type FreshDatabase, freshDatabase } from '../kit/database.js';

let database: FreshDatabase;
let sql: ReturnType<typeof openSql>;

beforeAll(async () => {
  database = await freshDatabase();
  sql = openSql(await prepareDatabase(database.url, [Buffer.alloc(32, 7)]));
});
afterAll(async () => {
  await sql.close();
  await database.drop();
});

const named = (name: string): NamedKey => ({ name, key: new Secret(randomBytes(32)) });
const [first, second, third] = [named('first'), named('second'), named('third')];
const plain = Buffer.from('the words of the canary');

async function customer(): Promise<string> {
  const id = randomUUID();
  await database.query(`insert into customers (id, name) values ($1, 'Acme')`, [id]);
  return id;
}
const contextOf = (customerId: string): SealContext => ({
  customerId,
  field: 'calls.document',
  rowId: 'row',
  epoch: 1,
});
const wrappedBy = async (customerId: string) =>
  (
    await database.query<{ by: string }>('select wrapped_by as by from data_keys where customer_id = $1', [customerId])
  ).map(({ by }) => by);

describe('a sealed value', () => {
  test('comes out as it went in, also in another process, and shows nothing of itself', async () => {
    const context = contextOf(await customer());
    const sealed = await openKeyring([first], sql).seal(plain, context);
    expect(await openKeyring([first], sql).open(sealed, context)).toEqual(plain);
    expect(sealed.includes('canary')).toBe(false);
    const empty = await openKeyring([first], sql).seal(Buffer.alloc(0), context);
    expect(await openKeyring([first], sql).open(empty, context)).toEqual(Buffer.alloc(0));
  });

  test('is never the same twice', async () => {
    const context = contextOf(await customer());
    const keyring = openKeyring([first], sql);
    expect(await keyring.seal(plain, context)).not.toEqual(await keyring.seal(plain, context));
  });

  test.each<[string, Partial<SealContext>]>([
    ['another row', { rowId: 'other' }],
    ['another field', { field: 'transcripts.document' }],
    ['another epoch', { epoch: 2 }],
  ])('does not open in %s', async (_, moved) => {
    const context = contextOf(await customer());
    const keyring = openKeyring([first], sql);
    const sealed = await keyring.seal(plain, context);
    await expect(keyring.open(sealed, { ...context, ...moved })).rejects.toThrow('does not belong where it was found');
  });

  test('does not open for another customer', async () => {
    const [mine, theirs] = [await customer(), await customer()];
    const keyring = openKeyring([first], sql);
    const sealed = await keyring.seal(plain, contextOf(mine));
    await expect(keyring.open(sealed, contextOf(theirs))).rejects.toThrow('does not belong where it was found');
  });

  test('does not open when a single bit was changed, nor when a piece is missing', async () => {
    const context = contextOf(await customer());
    const keyring = openKeyring([first], sql);
    const sealed = await keyring.seal(plain, context);
    for (const at of [0, 1, 2, 3, 14, 15, sealed.length - 17, sealed.length - 1]) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      await expect(keyring.open(changed, context), `bit ${at}`).rejects.toThrow(/sealed value/);
    }
    for (const length of [0, 1, 3, 15, 30, sealed.length - 1]) {
      await expect(keyring.open(sealed.subarray(0, length), context), `${length} bytes`).rejects.toThrow(
        /sealed value/,
      );
    }
  });

  test('of the quick sealer is one like the others', async () => {
    const context = contextOf(await customer());
    const keyring = openKeyring([first], sql);
    const { customerId, ...rest } = context;
    const seal = await keyring.sealer(customerId);
    expect(await keyring.open(seal(plain, rest), context)).toEqual(plain);
  });
});

describe('keys', () => {
  test('that are added open what was sealed before, and wrap what is new', async () => {
    const [before, after] = [await customer(), await customer()];
    const sealed = await openKeyring([first], sql).seal(plain, contextOf(before));
    const keyring = openKeyring([second, first], sql);
    expect(await keyring.open(sealed, contextOf(before))).toEqual(plain);
    await keyring.seal(plain, contextOf(after));
    expect(await wrappedBy(before)).toEqual(['first']);
    expect(await wrappedBy(after)).toEqual(['second']);
  });

  test('that are retired too early are named', async () => {
    const context = contextOf(await customer());
    const sealed = await openKeyring([first], sql).seal(plain, context);
    const keyring = openKeyring([second, third], sql);
    await expect(keyring.open(sealed, context)).rejects.toThrow(
      'A data key is wrapped by "first", which PATCHBAY_ENCRYPTION_KEYS does not hold.',
    );
    await expect(keyring.seal(plain, context)).rejects.toThrow('"first"');
  });

  test('of the right name and the wrong content open nothing', async () => {
    const context = contextOf(await customer());
    const sealed = await openKeyring([first], sql).seal(plain, context);
    await expect(openKeyring([named('first')], sql).open(sealed, context)).rejects.toThrow(/sealed value/);
  });

  test('of a customer are made once, however many ask at once', async () => {
    const context = contextOf(await customer());
    const keyrings = Array.from({ length: 6 }, () => openKeyring([first], sql));
    const sealed = await Promise.all(keyrings.map(keyring => keyring.seal(plain, context)));
    expect(await wrappedBy(context.customerId)).toEqual(['first']);
    for (const value of sealed) expect(await openKeyring([first], sql).open(value, context)).toEqual(plain);
  });

  test('that could not be fetched are fetched the next time', async () => {
    const context = contextOf(await customer());
    let broken = true;
    const keyring = openKeyring([first], {
      transaction: (reach, work) => (broken ? Promise.reject(new Error('gone')) : sql.transaction(reach, work)),
    });
    await expect(keyring.seal(plain, context)).rejects.toThrow('gone');
    broken = false;
    expect(await keyring.open(await keyring.seal(plain, context), context)).toEqual(plain);
  });

  test('are not in the database but wrapped', async () => {
    const customerId = await customer();
    const wrapped = async () =>
      (
        await database.query<{ wrapped: Buffer }>('select wrapped from data_keys where customer_id = $1', [customerId])
      )[0];
    await openKeyring([first], sql).seal(plain, contextOf(customerId));
    // Nonce, 32 bytes of key, tag.
    expect((await wrapped())?.wrapped).toHaveLength(12 + 32 + 16);
  });

  test('digest the same when one is added, and not the same for two purposes', () => {
    const [before, after] = [openKeyring([first], sql), openKeyring([second, first], sql)];
    expect(after.digest('audit', 'data')).toEqual(before.digest('audit', 'data'));
    expect(before.digest('audit', 'data')).not.toEqual(before.digest('other', 'data'));
    expect(openKeyring([second], sql).digest('audit', 'data')).not.toEqual(before.digest('audit', 'data'));
  });
});
