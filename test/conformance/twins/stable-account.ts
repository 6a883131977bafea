import type { Twin } from '../kit.js';
import { madeUp } from './made-up.js';

export const twin: Twin = {
  flaw: 'calls every account "me"',
  subject: madeUp({
    async check(ask) {
      await ask.send({ path: '/me' });
      return { id: 'me', name: 'Me' };
    },
  }),
};
