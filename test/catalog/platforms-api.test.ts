import 'reflect-metadata';
import { graphql, type GraphQLSchema, isEnumType, isInterfaceType, isObjectType } from 'graphql';
import { type AuthCheckerInterface, buildSchema } from 'type-graphql';
import { beforeAll, describe, expect, test } from 'vitest';
import { connectorFor, discover, feature } from '../../src/catalog/index.js';
import { CallerError } from '../../src/core/errors.js';
import { roles } from '../../src/core/role.js';
import { connectorSource, platformsDirectory } from './made-up-platforms.js';

let schema: GraphQLSchema;
beforeAll(async () => {
  const authChecker = (
    { context }: Parameters<AuthCheckerInterface<{ role: string }>['check']>[0],
    allowed: string[],
  ) => allowed.includes(context.role);
  schema = await buildSchema({ resolvers: [...feature.resolvers], validate: false, authChecker });
});

const ask = async (source: string, { role = 'sales', extra = [] as URL[] } = {}) =>
  graphql({ schema, source, contextValue: { connectors: await discover(extra), role } });

test('lists every platform with what each can do', async () => {
  const { data, errors } = await ask(`{ platforms {
    id name kind status caveat wouldChangeIf customerBrings docs verifiedOn capabilities limits
    authMethods { kind label fields { name label hint } capabilities }
    reachesBackDays settleHours requestsPerThousandCalls callsPerDayAtMost exceptions { check reason } } }`);

  expect(errors).toBeUndefined();
  const platforms = data?.['platforms'] as readonly { id: string }[];
  expect(platforms.map(({ id }) => id)).toContain('zoom-phone');
  expect(platforms.find(({ id }) => id === 'gong')).toMatchObject({
    kind: 'RECORDER',
    status: 'SUPPORTED',
    capabilities: ['LIST_CALLS', 'TRANSCRIPTS', 'RECORDING_REFERENCES', 'PREVIEW'],
    authMethods: [
      { kind: 'SECRET', fields: [{ name: 'key', hint: null }, { name: 'secret' }] },
      { kind: 'OAUTH2', label: 'Sign in with Gong', fields: [] },
    ],
    callsPerDayAtMost: 500_000,
    reachesBackDays: null,
  });
  expect(platforms.find(({ id }) => id === 'ringcentral')).toMatchObject({
    exceptions: expect.arrayContaining([
      { check: 'dead-cursor', reason: 'A cursor is a page number and does not die.' },
    ]) as unknown,
  });
});

test('shows a made-up platform as soon as its folder is there', async () => {
  const extra = [await platformsDirectory({ 'made-up': { 'connector.js': connectorSource('made-up') } })];

  const { data } = await ask('{ platform(id: "made-up") { name limits reachesBackDays } }', { extra });

  expect(data).toEqual({
    platform: { name: 'Made-up made-up', limits: ['60 requests a minute for the whole account'], reachesBackDays: 90 },
  });
});

test('answers an unknown id with a code and the ids there are', async () => {
  const { data, errors } = await ask('{ platform(id: "gonk") { name } }');

  expect(data).toEqual({ platform: null });
  expect(errors?.[0]?.originalError).toMatchObject({
    code: 'UNKNOWN_PLATFORM',
    field: 'id',
    remedy: expect.stringContaining('gong'),
  });
});

test.each([...roles])('is open to the role %s', async role => {
  expect((await ask('{ platforms { id } platform(id: "gong") { id } }', { role })).errors).toBeUndefined();
});

test('is closed to anybody without a role', async () => {
  expect((await ask('{ platforms { id } }', { role: 'nobody' })).errors).toHaveLength(1);
  expect((await ask('{ platform(id: "gong") { id } }', { role: 'nobody' })).errors).toHaveLength(1);
});

test('describes every type, field, argument and value', () => {
  const ours = Object.values(schema.getTypeMap()).filter(
    type => type.astNode === undefined && !type.name.startsWith('__'),
  );
  const silent = ours.flatMap(type => [
    ...(isEnumType(type)
      ? type
          .getValues()
          .filter(value => !value.description)
          .map(value => `${type.name}.${value.name}`)
      : []),
    ...(isObjectType(type) || isInterfaceType(type)
      ? Object.values(type.getFields())
          .flatMap(field => [field, ...field.args])
          .filter(({ description }) => !description)
          .map(({ name }) => `${type.name}.${name}`)
      : []),
    ...(type.description || type.name === 'Query' ? [] : [type.name]),
  ]);

  expect(ours.map(({ name }) => name)).toContain('Platform');
  expect(silent).toEqual([]);
});

describe('finds the connector of a platform', () => {
  test('that calls can be imported from', async () => {
    expect(connectorFor({ connectors: await discover() }, 'gong').manifest.name).toBe('Gong');
  });

  test.each([
    ['gonk', 'UNKNOWN_PLATFORM', 'No platform has this id.', /gong, .*zoom-phone/],
    [
      'kixie',
      'PLATFORM_NOT_SUPPORTED',
      'Calls cannot be imported from Kixie. Not supported.',
      /What would change this: .* Use one of these: ([a-z0-9-]+, )*gong, gong-engage(, [a-z0-9-]+)*\.$/,
    ],
  ])('and refuses %s', async (id, code, message, remedy) => {
    const house = { connectors: await discover() };

    const refusal = (() => {
      try {
        return connectorFor(house, id, 'input.platform');
      } catch (error) {
        return error as CallerError;
      }
    })();

    expect(refusal).toBeInstanceOf(CallerError);
    expect(refusal).toMatchObject({ code, field: 'input.platform', message: expect.stringContaining(message) });
    expect((refusal as CallerError).remedy).toMatch(remedy);
  });
});
