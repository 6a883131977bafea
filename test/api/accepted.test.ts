import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { ApolloServer } from '@apollo/server';
import { ProbeResolver } from '../kit/probe.resolver.js';
import { openSmallHub, type SmallHub } from '../kit/small-hub.js';

/** Documents that were accepted before run without Apollo: whoever asks must not be able to tell. */

let hub: SmallHub;
beforeAll(async () => {
  hub = await openSmallHub({ resolvers: [ProbeResolver] });
});
afterAll(() => hub.close());

let documents = 0;
/** The same every time, and one that nobody has sent yet. */
const unread = (document: string): string => `# ${(documents += 1)}\n${document}`;

/** All that the client sees, but for the time and the references of faults. */
async function answerTo(body: unknown, headers: Readonly<Record<string, string>> = {}) {
  const response = await fetch(`${hub.url}/graphql`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${hub.adminKey}`, ...headers },
  });
  const seen = new Map(response.headers);
  for (const name of ['date', 'content-length']) seen.delete(name);
  const text = (await response.text()).replace(/Reference: [\da-f-]{36}/, 'Reference: …');
  return { status: response.status, headers: Object.fromEntries(seen), text };
}

const fail = 'query ($how: String!) { fail(how: $how) }';
const echo = 'query ($at: DateTime!) { echo(at: $at) }';
const two = 'query A { viewer { name } } query B { viewer { role } }';

test.each([
  ['an answer', { query: '{ viewer { name role } }' }],
  ['an answer to variables', { query: echo, variables: { at: '2026-01-05T00:00:00Z' } }],
  ['one operation of two', { query: two, operationName: 'B' }],
  ['none of two', { query: two }],
  ['an operation that is not there', { query: two, operationName: 'C' }],
  ['nulls in place of nothing', { query: '{ viewer { name } }', variables: null, operationName: null }],
  ['extensions', { query: '{ viewer { name } }', extensions: {} }],
  ['a member that means nothing', { query: '{ viewer { name } }', id: 7 }],
  ['variables that are none', { query: echo, variables: [] }],
  ['a variable that does not fit', { query: echo, variables: { at: 'soon' } }],
  ['a variable that is missing', { query: echo }],
  ['a variable with a zero in it', { query: fail, variables: { how: '\0' } }],
  ['a refusal', { query: fail, variables: { how: 'caller' } }],
  ['a fault of ours', { query: fail, variables: { how: 'sql' } }],
  [
    'more than may be asked',
    { query: 'query ($n: Int) { customers(first: $n) { nodes { id } } }', variables: { n: 1e6 } },
  ],
  ['a mutation', { query: 'mutation { createCustomer(input: { name: "" }) { id } }' }],
  ['a subscription', { query: 'subscription { news(topic: "x") }' }],
  ['the schema', { query: '{ __schema { queryType { name } } }' }],
])('%s is the same for a document that was accepted before', async (_what, { query, ...more }) => {
  const body = { query: unread(query), ...more };

  const first = await answerTo(body);

  expect(await answerTo(body)).toEqual(first);
});

test.each([
  '*/*',
  'application/json',
  'application/json, multipart/mixed',
  'application/graphql-response+json, application/json',
  'application/graphql-response+json,application/json;q=0.9',
  'text/html, */*;q=0.1',
  'image/png',
])('whoever accepts %s gets the same for a document that was accepted before', async accept => {
  const body = { query: unread('{ viewer { name } }') };

  const first = await answerTo(body, { accept });

  expect(await answerTo(body, { accept })).toEqual(first);
});

test('a document that was accepted before does not go through Apollo', async () => {
  const through = vi.spyOn(ApolloServer.prototype, 'executeHTTPGraphQLRequest');
  const body = { query: unread('{ viewer { name } }') };

  await answerTo(body);
  await answerTo(body);

  expect(through).toHaveBeenCalledTimes(1);
  through.mockRestore();
});
