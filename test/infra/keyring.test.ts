import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { houseOwner, type Kms, type SealContext, type Sql } from '../../src/core/ports.js';
import { Secret } from '../../src/core/secret.js';
import { prepareDatabase } from '../../src/infra/database.js';
import { openKeyring } from '../../src/infra/keyring.js';
import { localKms, type NamedKey } from '../../src/infra/kms/local.js';
import { openSql } from '../../src/infra/sql.js';
import { type FreshDatabase, readyDatabase } from '../kit/database.js';
import { keysOf, namedKey, usualKey } from '../kit/keys.js';

let database: FreshDatabase;
let sql: ReturnType<typeof openSql>;

beforeAll(async () => {
  database = await readyDatabase();
  sql = openSql((await prepareDatabase(database.url, keysOf(usualKey))).url);
});
afterAll(async () => {
  await sql.close();
  await database.drop();
});

const [first, second, third] = [namedKey('first'), namedKey('second'), namedKey('third')];
const root = new Secret<Uint8Array>(randomBytes(32));
const keyringOf = (keys: readonly NamedKey[], on: Sql = sql) => openKeyring({ kms: localKms(keys), root, sql: on });
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
  test('shares its nonce with no other, however many are sealed', async () => {
    const seal = await keyringOf([first]).sealer(await customer());

    const sealed = Array.from({ length: 1_000 }, () => seal(plain, contextOf('')));

    // Behind the format and the version of the data key.
    expect(new Set(sealed.map(value => value.toString('hex', 3, 15))).size).toBe(1_000);
  });

  test('comes out as it went in, also in another process, and shows nothing of itself', async () => {
    const context = contextOf(await customer());
    const sealed = await keyringOf([first]).seal(plain, context);
    expect(await keyringOf([first]).open(sealed, context)).toEqual(plain);
    expect(sealed.includes('canary')).toBe(false);
    const empty = await keyringOf([first]).seal(Buffer.alloc(0), context);
    expect(await keyringOf([first]).open(empty, context)).toEqual(Buffer.alloc(0));
  });

  test('is never the same twice', async () => {
    const context = contextOf(await customer());
    const keyring = keyringOf([first]);
    expect(await keyring.seal(plain, context)).not.toEqual(await keyring.seal(plain, context));
  });

  test.each<[string, Partial<SealContext>]>([
    ['another row', { rowId: 'other' }],
    ['another field', { field: 'transcripts.document' }],
    ['another epoch', { epoch: 2 }],
  ])('does not open in %s', async (_, moved) => {
    const context = contextOf(await customer());
    const keyring = keyringOf([first]);
    const sealed = await keyring.seal(plain, context);
    await expect(keyring.open(sealed, { ...context, ...moved })).rejects.toThrow('does not belong where it was found');
  });

  test('does not open for another customer', async () => {
    const [mine, theirs] = [await customer(), await customer()];
    const keyring = keyringOf([first]);
    const sealed = await keyring.seal(plain, contextOf(mine));
    await expect(keyring.open(sealed, contextOf(theirs))).rejects.toThrow('does not belong where it was found');
  });

  test('does not open when a single bit was changed, nor when a piece is missing', async () => {
    const context = contextOf(await customer());
    const keyring = keyringOf([first]);
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

  test('opens in none of 11,990 other places, whichever of them it is moved to', async () => {
    const owners = [await customer(), await customer(), houseOwner];
    const places = owners.flatMap(customerId =>
      ['calls.document', 'transcripts.document', 'credentials.sealed', 'mails.sealed', 'made.up'].flatMap(field =>
        ['row', 'other'].flatMap(rowId =>
          [1, 2, 3, 0].map((epoch): SealContext => ({ customerId, field, rowId, epoch })),
        ),
      ),
    );
    const keyring = keyringOf([first]);
    const sealed = await Promise.all(places.slice(0, 110).map(place => keyring.seal(plain, place)));
    let [tried, opened] = [0, 0];
    for (const [from, value] of sealed.entries()) {
      for (const [to, place] of places.slice(0, 110).entries()) {
        if (from === to) continue;
        tried += 1;
        opened += await keyring.open(value, place).then(
          () => 1,
          () => 0,
        );
      }
    }
    expect({ tried, opened }).toEqual({ tried: 11_990, opened: 0 });
  });

  test('of the quick sealer is one like the others', async () => {
    const context = contextOf(await customer());
    const keyring = keyringOf([first]);
    const { customerId, ...rest } = context;
    const seal = await keyring.sealer(customerId);
    expect(await keyring.open(seal(plain, rest), context)).toEqual(plain);
  });
});

describe('keys', () => {
  test('that are added open what was sealed before, and wrap what is new', async () => {
    const [before, after] = [await customer(), await customer()];
    const sealed = await keyringOf([first]).seal(plain, contextOf(before));
    const keyring = keyringOf([second, first]);
    expect(await keyring.open(sealed, contextOf(before))).toEqual(plain);
    await keyring.seal(plain, contextOf(after));
    expect(await wrappedBy(before)).toEqual(['first']);
    expect(await wrappedBy(after)).toEqual(['second']);
  });

  test('that are retired too early are named', async () => {
    const context = contextOf(await customer());
    const sealed = await keyringOf([first]).seal(plain, context);
    const keyring = keyringOf([second, third]);
    await expect(keyring.open(sealed, context)).rejects.toThrow(
      'A data key is wrapped by "first", which PATCHBAY_ENCRYPTION_KEYS does not hold.',
    );
    await expect(keyring.seal(plain, context)).rejects.toThrow('"first"');
  });

  test('of the right name and the wrong content open nothing', async () => {
    const context = contextOf(await customer());
    const sealed = await keyringOf([first]).seal(plain, context);
    await expect(keyringOf([namedKey('first')]).open(sealed, context)).rejects.toThrow(/sealed value/);
  });

  test('of a customer are made once, however many ask at once', async () => {
    const context = contextOf(await customer());
    const keyrings = Array.from({ length: 6 }, () => keyringOf([first]));
    const sealed = await Promise.all(keyrings.map(keyring => keyring.seal(plain, context)));
    expect(await wrappedBy(context.customerId)).toEqual(['first']);
    for (const value of sealed) expect(await keyringOf([first]).open(value, context)).toEqual(plain);
  });

  test('that could not be fetched are fetched the next time', async () => {
    const context = contextOf(await customer());
    let broken = true;
    const keyring = keyringOf([first], {
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
    await keyringOf([first]).seal(plain, contextOf(customerId));
    // Nonce, 32 bytes of key, tag.
    expect((await wrapped())?.wrapped).toHaveLength(12 + 32 + 16);
  });

  test('come and go, and digests stay the same; for two purposes they differ', () => {
    const [before, after] = [keyringOf([first]), keyringOf([second])];
    expect(after.digest('audit', 'data')).toEqual(before.digest('audit', 'data'));
    expect(before.digest('audit', 'data')).not.toEqual(before.digest('other', 'data'));
  });

  test('of the house are of no customer, and open nothing of one', async () => {
    const context = contextOf(await customer());
    const house = { ...context, customerId: houseOwner };
    const keyring = keyringOf([first]);
    const sealed = await keyring.seal(plain, house);
    expect(await keyringOf([first]).open(sealed, house)).toEqual(plain);
    await expect(keyring.open(sealed, context)).rejects.toThrow(/sealed value/);
  });

  test('are asked of the key service once in five minutes, and let go at the end', async () => {
    const context = contextOf(await customer());
    await keyringOf([first]).seal(plain, context);
    const asked: string[] = [];
    const kms = localKms([first]);
    const counting: Kms = {
      ...kms,
      unwrap: (wrapped, of) => {
        asked.push(`${of.customer} ${of.version}`);
        return kms.unwrap(wrapped, of);
      },
    };
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    try {
      const keyring = openKeyring({ kms: counting, root, sql });
      const sealed = await Promise.all(Array.from({ length: 50 }, () => keyring.seal(plain, context)));
      for (const value of sealed) await keyring.open(value, context);
      vi.advanceTimersByTime(299_000);
      await keyring.open(sealed[0] as Buffer, context);
      expect(asked).toEqual([`${context.customerId} 1`]);
      vi.advanceTimersByTime(1_000);
      expect(vi.getTimerCount()).toBe(0);
      await keyring.open(sealed[0] as Buffer, context);
      expect(asked).toHaveLength(2);
      const timers = vi.getTimerCount();
      keyring.close();
      expect(vi.getTimerCount()).toBe(timers - 1);
    } finally {
      vi.useRealTimers();
    }
  });

  test('of an unknown version are looked for in the database, and not asked of the key service', async () => {
    const context = contextOf(await customer());
    const keyring = keyringOf([first]);
    const sealed = await keyring.seal(plain, context);
    sealed.writeUInt16BE(9, 1);
    await expect(keyring.open(sealed, context)).rejects.toThrow('unknown form or key');
  });
});
