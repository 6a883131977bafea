import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { BrokenPromise } from '../../src/core/errors.js';
import { KeyServiceError } from '../../src/core/key-service.js';
import type { Kms, KmsContext } from '../../src/core/ports.js';
import { createEgress } from '../../src/infra/egress.js';
import { openKms } from '../../src/infra/kms.js';
import { localKms } from '../../src/infra/kms/local.js';
import { openLog } from '../../src/infra/log.js';
import { namedKey, usualKey } from '../kit/keys.js';
import { type KmsDouble, openKmsDouble } from '../kit/kms-double.js';

const log = openLog('silent');
const context: KmsContext = { customer: 'acme', purpose: 'data key', version: 1 };
const others: readonly Partial<KmsContext>[] = [{ customer: 'globex' }, { purpose: 'root key' }, { version: 2 }];

let amazon: KmsDouble;
let egress: ReturnType<typeof createEgress>;
beforeAll(async () => {
  amazon = await openKmsDouble();
  vi.stubEnv('AWS_ACCESS_KEY_ID', amazon.env['AWS_ACCESS_KEY_ID']);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', amazon.env['AWS_SECRET_ACCESS_KEY']);
  egress = createEgress({ allow: ['127.0.0.1'], log });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await egress?.close();
  await amazon?.close();
});

const place = () => ({ keyId: 'alias/patchbay', region: amazon.region, endpoint: amazon.url });
const drivers: readonly (readonly [string, () => Promise<Kms>])[] = [
  ['local', async () => localKms([usualKey])],
  ['aws', () => openKms({ keys: [], aws: place() }, { egress, log })],
];

describe.each(drivers)('the keys of the driver %s', (_name, open) => {
  let kms: Kms;
  beforeAll(async () => {
    kms = await open();
  });

  test('make data keys that unwrap to what they were', async () => {
    const { key, ...wrapped } = await kms.generate(context);
    expect(key).toHaveLength(32);
    expect(Buffer.from(wrapped.wrapped).includes(key)).toBe(false);
    expect(wrapped.wrappedBy).toBe(await kms.newest());
    expect(await kms.unwrap(wrapped, context)).toEqual(key);
  });

  test('wrap a key that was made elsewhere, never twice the same', async () => {
    const key = Buffer.alloc(32, 3);
    const [one, other] = [await kms.wrap(key, context), await kms.wrap(key, context)];
    expect(Buffer.from(one.wrapped)).not.toEqual(Buffer.from(other.wrapped));
    expect(await kms.unwrap(other, context)).toEqual(key);
  });

  test.each(others)('unwrap for nothing else: %j', async other => {
    const { key: _, ...wrapped } = await kms.generate(context);
    await expect(kms.unwrap(wrapped, { ...context, ...other })).rejects.toBeInstanceOf(BrokenPromise);
  });

  test('unwrap nothing that was changed', async () => {
    const { wrapped, wrappedBy } = await kms.wrap(Buffer.alloc(32, 3), context);
    const changed = Buffer.from(wrapped);
    changed.writeUInt8(changed.readUInt8(changed.length - 20) ^ 1, changed.length - 20);
    await expect(kms.unwrap({ wrapped: changed, wrappedBy }, context)).rejects.toBeInstanceOf(BrokenPromise);
  });
});

describe('AWS KMS', () => {
  let kms: Kms;
  beforeEach(async () => {
    kms = await openKms({ keys: [], aws: place() }, { egress, log });
    amazon.asked.length = 0;
  });
  afterEach(() => amazon.asked.splice(0));

  test('is told whose key it is and what for, in the context that it keeps', async () => {
    await kms.generate(context);
    const told = { customer: 'acme', purpose: 'data key', version: '1' };
    expect(amazon.asked).toEqual([{ act: 'GenerateDataKey', context: told, answer: 'done' }]);
  });

  test('opens what an older key wrapped when the alias leads to another', async () => {
    const before = await kms.newest();
    const { key, ...wrapped } = await kms.generate(context);
    amazon.moveAlias(amazon.addKey());
    expect(await kms.newest()).not.toBe(before);
    expect(await kms.unwrap(wrapped, context)).toEqual(key);
    expect((await kms.generate(context)).wrappedBy).toBe(await kms.newest());
  });

  test('does not take the ciphertext of another key for that of the one remembered', async () => {
    const wrappedBy = await kms.newest();
    amazon.moveAlias(amazon.addKey());
    const { wrapped } = await kms.generate(context);
    await expect(kms.unwrap({ wrapped, wrappedBy }, context)).rejects.toBeInstanceOf(BrokenPromise);
  });

  test.each([
    ['AccessDeniedException', false],
    ['ThrottlingException', true],
    ['KMSInternalException', true],
    ['NotFoundException', false],
  ])('that answers %s is told as it is; it passes: %s', async (name, passes) => {
    const attempts = passes ? 3 : 1;
    amazon.failNext(name, attempts);
    const error: unknown = await kms.generate(context).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(KeyServiceError);
    expect(error).toMatchObject({ passes, code: 'UNAVAILABLE' });
    expect((error as Error).message).not.toMatch(/arn|alias|Exception/);
    expect(amazon.asked.map(({ answer }) => answer)).toEqual(Array(attempts).fill(name));
  });

  test('is asked again when it was busy once', async () => {
    amazon.failNext('ThrottlingException', 1);
    await kms.generate(context);
    expect(amazon.asked.map(({ answer }) => answer)).toEqual(['ThrottlingException', 'done']);
  });

  test('with the key disabled opens nothing, and everything when it is enabled again', async () => {
    const { key, ...wrapped } = await kms.generate(context);
    amazon.setState(wrapped.wrappedBy, 'Disabled');
    await expect(kms.unwrap(wrapped, context)).rejects.toMatchObject({ code: 'UNAVAILABLE', passes: false });
    expect(await kms.keys()).toEqual([{ id: wrapped.wrappedBy, trouble: 'Disabled' }]);
    amazon.setState(wrapped.wrappedBy, 'Enabled');
    expect(await kms.unwrap(wrapped, context)).toEqual(key);
  });

  test('is reached through the one way out: a private address needs leave', async () => {
    const strict = createEgress({ allow: [], log });
    const refused = await openKms({ keys: [], aws: place() }, { egress: strict, log });
    await expect(refused.generate(context)).rejects.toMatchObject({ code: 'UNAVAILABLE', passes: false });
    await strict.close();
    expect(amazon.asked).toEqual([]);
  });

  test('beside keys of the configuration opens what these wrapped, and wraps what is new', async () => {
    const { key, ...wrapped } = await localKms([usualKey]).generate(context);
    const both = await openKms({ keys: [usualKey, namedKey('older')], aws: place() }, { egress, log });
    expect(await both.unwrap(wrapped, context)).toEqual(key);
    expect((await both.generate(context)).wrappedBy).toMatch(/^arn:/);
    expect((await both.keys()).map(({ id }) => id)).toEqual([await both.newest(), 'test', 'older']);
  });
});
