import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildApiSchema } from '../../src/api/index.js';
import { type Hub, resolvers } from '../../src/app.js';
import { coordinatesOf, uncovered } from './coverage.js';
import { type Errand, errandsOf } from './documents.js';
import { how } from './how.js';
import { joinHub, openStage, readAll, type Stage } from './stage.js';
import { type Walk, walk } from './walk.js';
import { openWorld, type World } from './world.js';

let world: World;
let stage: Stage;
let errands: Errand[];
let [before, after] = ['', ''];
let filterless: Hub;
const walks: Walk[] = [];

beforeAll(async () => {
  world = await openWorld();
  errands = errandsOf(await buildApiSchema(resolvers), how);
  before = await readAll(world, errands, world.hub.url);
  stage = await openStage(world);
  after = await readAll(world, errands, world.hub.url);
  filterless = await joinHub(world, { customerFilter: false });
});
afterAll(async () => {
  await filterless?.close();
  await world?.close();
});

test('what a customer reads is the same to the byte whether or not there is another customer', () => {
  expect(before).toContain('Alphamark');
  expect(after).toBe(before);
});

describe.each([
  ['with both layers', () => world.hub.url],
  ['with row-level security alone', () => filterless.url as string],
])('%s', (_layers, url) => {
  test.each(['customer', 'sales', 'nobody'] as const)('%s sees nothing of others', async role => {
    const walked = await walk(errands, how, stage.walker(role, url()));

    walks.push(walked);
    expect(walked.findings).toEqual([]);
    await stage.settled();
  });
});

test.each(['admin', 'cs', 'service'] as const)('%s is let in where it is meant to be, and nowhere else', async role => {
  const walked = await walk(errands, how, { ...stage.walker(role, world.hub.url), brief: role !== 'admin' });

  walks.push(walked);
  expect(walked.findings).toEqual([]);
});

test('the walks cover every coordinate of the schema', async () => {
  const schema = await buildApiSchema(resolvers);

  expect(coordinatesOf(schema).length).toBeGreaterThan(200);
  expect(uncovered(schema, how, walks)).toEqual([]);
});

test('the foreign bytes that are looked for are many, and of every kind', () => {
  const texts = stage.foreignTo('customer');

  for (const kind of ['customer', 'connection', 'import', 'call', 'apiKey', 'externalId', 'title', 'email'] as const)
    expect(texts).toContain(String(stage.b.values[kind]).toLowerCase());
  expect(texts.length).toBeGreaterThan(150);
});
