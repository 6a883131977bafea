import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import type { SimulatedWebhooks } from '#connector';
import { golden } from './golden.js';

/** An automation rule that signs: a JWT in `Authorization`, without a scheme, about the address and the body. */
export const webhooks: SimulatedWebhooks = {
  proves: 'content',
  newKey() {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    return {
      signing: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
      kept: publicKey.export({ type: 'spki', format: 'pem' }) as string,
    };
  },
  send({ event, url, at, keys: [{ signing }] }) {
    const body = Buffer.from(JSON.stringify(event));
    const seconds = Math.floor(at.getTime() / 1_000);
    const claims = {
      webhook_url: url,
      body_sha256: createHash('sha256').update(body).digest('hex'),
      iat: seconds,
      exp: seconds + 300,
    };
    const signed = [{ alg: 'RS256', typ: 'JWT' }, claims]
      .map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const signature = sign('RSA-SHA256', Buffer.from(signed), signing).toString('base64url');
    return { headers: { 'content-type': 'application/json', authorization: `${signed}.${signature}` }, body };
  },
  golden: {
    event: { callData: golden.item, isTest: false },
    hints: [{ kind: 'call', externalId: '17782342274025937895', startedAt: '2026-02-17T02:31:07-08:00' }],
  },
};
