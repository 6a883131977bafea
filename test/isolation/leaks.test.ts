import type { GraphQLSchema } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildApiSchema } from '../../src/api/index.js';
import { type Hub, resolvers } from '../../src/app.js';
import { uncovered } from './coverage.js';
import { type Errand, errandsOf } from './documents.js';
import { type How, how } from './how.js';
import { Leaks } from './leaks.resolver.js';
import { joinHub, openStage, readAll, type Stage } from './stage.js';
import { walk } from './walk.js';
import { openWorld, type World } from './world.js';

const house = ['admin', 'cs', 'service', 'customer'] as const;
/** The planted places, as their author would have declared them. */
const plantedHow: How = {
  ...how,
  mayAsk: {
    'Query.call': house,
    'Query.anyCall': house,
    'Query.recentCalls': house,
    'Query.hasCall': house,
    'Query.callCount': house,
    'Query.unfilteredCalls': house,
    'Query.meantForAdmins': ['admin'],
    'Mutation.claimCall': house,
    'Mutation.touchCall': house,
    'Subscription.anyNews': house,
  },
  names: {
    ...how.names,
    'Query.anyCall(id:)': 'call',
    'Query.hasCall(id:)': 'call',
    'Mutation.claimCall(id:)': 'call',
    'Mutation.touchCall(id:)': 'call',
    'Subscription.anyNews(importId:)': 'import',
  },
};

let world: World;
let stage: Stage;
let leaky: Hub;
let schema: GraphQLSchema;
let errands: Errand[];
let [before, after] = ['', ''];
beforeAll(async () => {
  world = await openWorld();
  leaky = await joinHub(world, { resolvers: [Leaks] });
  schema = await buildApiSchema([...resolvers, Leaks]);
  errands = errandsOf(schema, plantedHow).filter(({ coordinate }) => plantedHow.mayAsk[coordinate] !== undefined);
  const counting = errands.filter(({ field }) => field === 'callCount');
  before = await readAll(world, counting, leaky.url as string);
  stage = await openStage(world);
  after = await readAll(world, counting, leaky.url as string);
});
afterAll(async () => {
  await leaky?.close();
  await world?.close();
});

test('the walk finds every planted leak, each at its place, and nothing where row-level security holds', async () => {
  const { findings } = await walk(errands, plantedHow, stage.walker('customer', leaky.url as string));

  const places = findings.map(({ coordinate, where, what }) => `${coordinate} ${what} ${where}`.trim());
  expect(places.filter(place => /^Query\.(any|recent)/.test(place) && !place.endsWith('neighbourTitle'))).toEqual(
    expect.arrayContaining([
      'Query.anyCall shows foreign bytes anyCall.title',
      'Query.anyCall shows foreign bytes anyCall.participants.email',
      'Query.anyCall tells foreign from absent',
      'Query.recentCalls shows foreign bytes recentCalls.title',
    ]),
  );
  // The leaking resolver lifts its own reach; what hangs on the call is still read with the viewer's.
  expect(places.join()).not.toContain('transcript');
  expect(places.filter(place => !/^Query\.(any|recent)/.test(place)).sort()).toEqual([
    'Mutation.claimCall shows foreign bytes errors',
    'Mutation.claimCall tells foreign from absent',
    'Mutation.touchCall changes foreign rows',
    'Query.call shows foreign bytes call.neighbourTitle',
    'Query.hasCall tells foreign from absent',
    'Query.meantForAdmins is open to the wrong role',
    'Query.unfilteredCalls shows foreign bytes unfilteredCalls.neighbourTitle',
    'Subscription.anyNews shows foreign bytes anyNews',
    'Subscription.anyNews tells foreign from absent',
  ]);
});

test('a number that counts the rows of others shows when others come', () => {
  expect(before).toMatch(/"callCount":\d/);
  expect(after).not.toBe(before);
});

test('sales is found to be let in where it should not be', async () => {
  const asked = errands.filter(({ field }) => field === 'meantForAdmins' || field === 'recentCalls');

  const { findings } = await walk(asked, plantedHow, stage.walker('sales', leaky.url as string));

  expect(findings).toEqual([{ coordinate: 'Query.meantForAdmins', where: '', what: 'is open to the wrong role' }]);
});

test('an argument that nobody has said how to choose fails the walk', () => {
  expect(() => errandsOf(schema, how)).toThrow('Query.anyCall(id:)');
});

test('what is new is reported until it is covered', () => {
  const missing = uncovered(schema, how, []);

  expect(missing).toEqual(
    expect.arrayContaining(['Query.callCount', 'Query.callCount: who may ask?', 'Call.neighbourTitle', 'Call.title']),
  );
  expect(missing).toContain('Subscription.anyNews(importId:)');
});
