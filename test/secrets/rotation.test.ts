import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { houseOwner, type SealContext, type WrappedKey } from '../../src/core/ports.js';
import { localKms } from '../../src/infra/kms/local.js';
import { namedKey } from '../kit/keys.js';
import { type Canary, hits } from './canaries.js';
import { dumpOf } from './dump.js';
import { keysCommand } from '../kit/command-line.js';
import {
  expectAllReadable,
  type KeyedHub,
  killRotations,
  openKeyedHub,
  rotateDuringImport,
} from '../kit/key-rotation.js';
import { connectedCustomer, startImport, watchToEnd } from '../kit/trip.js';

const calls = 40;
const ofHouse: SealContext = { customerId: houseOwner, field: 'made.up', rowId: '1', epoch: 1 };
const plain = Buffer.from('a secret of the house');

describe('the keys of a hub, from first to last', () => {
  let hub: KeyedHub;
  let customerId: string;
  let sealed: Buffer;
  const keys = (...args: string[]) => keysCommand(hub.env(), ...args);
  const wrapped = () =>
    hub.database.query('select wrapped from data_keys union all select wrapped from root_key order by 1');
  beforeAll(async () => {
    hub = await openKeyedHub(calls);
    await hub.restart('first');
    const { customerId: id, connectionId } = await connectedCustomer(hub, hub.sandbox);
    customerId = id;
    await watchToEnd(hub, await startImport(hub, hub.sandbox, connectionId));
    sealed = await hub.house().keyring.seal(plain, ofHouse);
    await hub.restart('second', 'first');
    // Of the newest key from the start.
    await connectedCustomer(hub, hub.sandbox);
  });
  afterAll(() => hub?.close());

  test('are listed with what they wrap', async () => {
    const { code, text } = await keys('list');
    expect(text).toBe(
      'second: wraps 1 data key of 1 customer; wraps what is new\nfirst: wraps 1 data key of 1 customer and 2 keys of the house\n',
    );
    expect(code).toBe(0);
  });

  test('are not retired while they wrap anything, nor the newest, nor what is no key', async () => {
    const [old, newest, none] = [
      await keys('retire', 'first'),
      await keys('retire', 'second'),
      await keys('retire', 'x'),
    ];
    expect(old.text).toBe(
      'first is not retired: 1 data key of 1 customer and 2 keys of the house would be lost. Run keys rotate first.\n',
    );
    expect(newest.text).toMatch(/^second is not retired: 1 data key of 1 customer would be lost/);
    expect(none.text).toMatch(/^There is no key "x"/);
    expect([old.code, newest.code, none.code]).toEqual([1, 1, 1]);
  });

  test('are told what would be done, and nothing is done, in a dry run', async () => {
    const before = await wrapped();
    const { code, text } = await keys('rotate', '--dry-run', '--reseal');
    expect(text).toContain('first wraps 1 data key of 1 customer and 2 keys of the house.\n');
    expect(text).toContain(`${calls} values of calls.document would be sealed anew.\n`);
    expect(text).toMatch(/Nothing was changed\.\n$/);
    expect(code).toBe(0);
    expect(await wrapped()).toEqual(before);
  });

  test('are rotated while the hub works, and the old one retires', async () => {
    const { code, text } = await keys('rotate');
    expect(text).toContain('3 keys are wrapped by second now.\n');
    expect(code).toBe(0);
    await expectAllReadable(hub, customerId, calls);
    expect((await keys('rotate')).text).toContain('Everything is wrapped by it.\n');

    expect((await keys('retire', 'first', '--dry-run')).text).toBe(
      'first wraps nothing and could be retired. Nothing was changed.\n',
    );
    expect((await keys('retire', 'first')).text).toMatch(/^first is retired\. Now take it out of PATCHBAY_ENC/);
    expect((await keys('retire', 'first')).text).toMatch(/^first was retired before/);
    expect((await keys('list')).text).toBe(
      'second: wraps 2 data keys of 2 customers and 2 keys of the house; wraps what is new\nfirst: wraps nothing; retired\n',
    );
  });

  test('leave what was done to them in the audit trail, which is whole', async () => {
    const { auditEntries, auditTrail } = await hub.ask(
      '{ auditEntries(first: 50) { nodes { act target actor details } } auditTrail { intact } }',
    );
    const done = auditEntries.nodes.filter(({ act }: { act: string }) => /^keys?\./.test(act)).toReversed();

    expect(done).toMatchObject([
      { act: 'keys.rotated', target: 'key second', details: { wrappedAnew: 3, resealed: false } },
      { act: 'keys.rotated', details: { wrappedAnew: 0 } },
      { act: 'key.retired', target: 'key first', actor: expect.stringContaining('the operator') },
    ]);
    expect(auditTrail.intact).toBe(true);
  });

  test('that are retired wrap nothing any more, and no process comes up that would', async () => {
    const insert = "insert into house_keys (version, wrapped, wrapped_by) values (9, '', 'first')";
    await expect(hub.database.query(insert)).rejects.toMatchObject({ code: 'PB001' });
    await expect(hub.restart('first', 'second')).rejects.toThrow(/^The key "first" is retired: put a newer one/);
  });

  test('that are taken away are missed by nobody', async () => {
    await hub.restart('second');
    await expectAllReadable(hub, customerId, calls);
    expect(await hub.house().keyring.open(sealed, ofHouse)).toEqual(plain);
    expect((await hub.ask('{ auditTrail { intact } }')).auditTrail.intact).toBe(true);
  });

  test('are not in the database in any form, nor is what they protect, nor what hangs on them', async () => {
    const wrappings = await hub.database.query<WrappedKey & { customer: string; version: number; purpose: 'data key' }>(
      `select wrapped, wrapped_by as "wrappedBy", customer_id::text as customer, version, 'data key' as purpose from data_keys
       union all select wrapped, wrapped_by, 'house', version, 'data key' from house_keys
       union all select wrapped, wrapped_by, 'house', id, 'root key' from root_key`,
    );
    const kms = localKms([namedKey('second', hub.keyOf('second'))]);
    const inner = await Promise.all(wrappings.map(each => kms.unwrap(each, each)));
    const canaries: Canary[] = [
      ...['first', 'second'].map(name => ({ name, value: hub.keyOf(name) })),
      ...inner.map((value, i) => ({ name: `inner key ${i}`, value })),
      ...Object.entries(hub.sandbox.secret).map(([name, value]) => ({ name, value })),
      { name: 'header', value: hub.sandbox.authorization.slice('Basic '.length) },
      { name: 'admin key', value: hub.adminKey },
      { name: 'secret of the house', value: plain.toString() },
    ];

    expect(inner).toHaveLength(4);
    expect(hits(await dumpOf(hub.database.url), canaries)).toEqual([]);
  });

  test('are no way to bring back what a destroyed value was, and a damaged value is told', async () => {
    await hub.database.query(
      'update calls set document = set_byte(document, 40, get_byte(document, 40) # 1) where id = (select min(id::text)::uuid from calls)',
    );
    const { code, text } = await keys('rotate', '--reseal', '--no-wait');
    expect(text).toContain('Run it again after');
    expect(code).toBe(0);
    const versions = await hub.versions();
    expect(versions).toMatchObject({ 'calls v1': 1, 'calls v2': calls - 1, 'credentials v2': 2 });
  });
});

test(
  'a rotation in the middle of an import costs it nothing and leaves no row under an older key',
  () => rotateDuringImport({ calls: 400, renewals: 3 }),
  180_000,
);

test(
  'a rotation that is killed anywhere leaves every value readable, and goes on where it was',
  () => killRotations({ calls: 60, kills: 3 }),
  180_000,
);
