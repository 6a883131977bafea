import type { Twin } from '../kit.js';
import { madeUp } from './made-up.js';
import { madeUpConnector } from './made-up-connector.js';

// The only place where a connector sees the secret is where it makes the headers.
let kept = '';
const [method] = madeUpConnector.auth;
if (method.kind !== 'secret') throw new Error('The made-up connector has no form.');
const { headers } = method;

export const twin: Twin = {
  flaw: 'remembers the secret and sends it along in the address',
  subject: madeUp({
    auth: [
      {
        ...method,
        headers(secret: Readonly<Record<string, string>>) {
          kept = secret.token ?? '';
          return headers(secret);
        },
      },
    ],
    calls: {
      ...madeUpConnector.calls,
      request: query => ({
        ...madeUpConnector.calls.request(query),
        path: '/calls',
        query: { ...query, after: query.cursor, token: kept },
      }),
    },
  }),
};
