import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSmallHub, type SmallHub } from '../kit/small-hub.js';
import { canaryValue, hits } from './canaries.js';

let hub: SmallHub;
beforeAll(async () => {
  hub = await openSmallHub();
});
afterAll(() => hub?.close());

async function post(body: object): Promise<{ text: string; tookMs: number }> {
  const started = performance.now();
  const response = await fetch(`${hub.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${hub.adminKey}` },
    body: JSON.stringify(body),
  });
  return { text: await response.text(), tookMs: performance.now() - started };
}

const create = 'mutation ($v: CreateCustomerInput!) { createCustomer(input: $v) { id } }';
const count = 'query ($v: Int) { customers(first: $v) { totalCount } }';
const role = 'mutation ($v: CreateApiKeyInput!) { createApiKey(input: $v) { secret } }';

/** A body with this text in a place where it makes the request faulty. */
const places: readonly (readonly [string, (text: string) => object])[] = [
  ['beside a field that is none', text => ({ query: create, variables: { v: { name: text, zz: 1 } } })],
  ['as a number', text => ({ query: count, variables: { v: text } })],
  ['as a role', text => ({ query: role, variables: { v: { label: 'a', role: text } } })],
  ['in a list for a text', text => ({ query: create, variables: { v: { name: [text] } } })],
  ['for a whole input', text => ({ query: create, variables: { v: text } })],
  ['as the name of an operation', text => ({ query: '{ viewer { name } }', operationName: text })],
  ['in a document, out of place', text => ({ query: `{ viewer { name } } ${JSON.stringify(text)}` })],
  ['in a document, as a block', text => ({ query: `{ viewer { name } } """${text.replaceAll('"', '')}"""` })],
  ['in a document, as a number', text => ({ query: `{ customers(first: ${JSON.stringify(text)}) { totalCount } }` })],
  [
    'in a document, as a role',
    text => ({ query: `mutation { createApiKey(input: { label: "a", role: ${JSON.stringify(text)} }) { secret } }` }),
  ],
];

test.each(places)('a secret %s is not repeated', async (_where, body) => {
  const value = canaryValue('secret');

  const { text } = await post(body(value));

  expect(text).toContain('"errors"');
  expect(hits(text, [{ name: 'secret', value }])).toEqual([]);
});

test('the answer still says what is wrong, and where', async () => {
  const { text } = await post({ query: create, variables: { v: { name: 'a', zz: 'x; y at "z"; ' } } });

  expect(JSON.parse(text).errors).toEqual([
    expect.objectContaining({
      message: 'Variable "$v" has an invalid value: Field "zz" is not defined by type "CreateCustomerInput".',
      extensions: expect.objectContaining({ code: 'INVALID_INPUT', field: 'v' }),
    }),
  ]);
  const { text: nested } = await post({ query: create, variables: { v: { name: 5 } } });
  expect(JSON.parse(nested).errors[0]).toMatchObject({
    message: 'Variable "$v" has an invalid value: String cannot represent a non string value.',
    extensions: { field: 'v.name' },
  });
});

/** Texts that make a pattern start again and again. */
const stutters = [
  'x',
  '; ',
  ' at "',
  'Value "',
  'String "',
  ' cannot represent ',
  ': ',
  'Variable "$v" got invalid value ',
  '" does not exist',
];

test.each(places)('the longest text %s holds nobody up', async (_where, body) => {
  for (const stutter of stutters) {
    const { text, tookMs } = await post(body(stutter.repeat(60_000 / stutter.length)));

    expect(text).toContain('"errors"');
    // The square of the length would be seconds.
    expect(tookMs, stutter).toBeLessThan(1_000);
  }
});
