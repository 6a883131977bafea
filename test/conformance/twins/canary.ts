import type { Twin } from '../kit.js';
import { madeUp } from './made-up.js';
import { madeUpConnector } from './made-up-connector.js';
import { secretFormOf } from '../secret-form.js';

// The only place where a connector sees the secret is where it makes the headers.
let kept = '';
const method = secretFormOf(madeUpConnector);

export const twin: Twin = {
  flaw: 'remembers the secret and sends it along in the address',
  subject: madeUp({
    auth: [
      {
        ...method,
        headers(secret: Readonly<Record<string, string>>) {
          kept = secret.token ?? '';
          return method.headers(secret);
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
