import type { Authenticity } from '#connector';
import { ofHmac } from './hmac.js';
import type { Endpoint, InboundEvent, Proof } from './inbound-event.js';
import { isSame } from './is-same.js';
import { ofSignedJwt } from './signed-jwt.js';
import { ofStandardWebhooks } from './standard-webhooks.js';
import { ofStaticToken } from './static-token.js';

/** Whether an event is the platform's. */
export function authenticate(authenticity: Authenticity, event: InboundEvent, endpoint: Endpoint, now: Date): Proof {
  switch (authenticity.kind) {
    case 'standard-webhooks':
      return ofStandardWebhooks(event, endpoint, now);
    case 'hmac':
      return ofHmac(authenticity, event, endpoint, now);
    case 'signed-jwt':
      return ofSignedJwt(authenticity, event, endpoint, now);
    case 'static-token':
      return ofStaticToken(authenticity.headers, event, endpoint);
    case 'unguessable-url':
      return isSame(event.url, endpoint.url) ? { secret: undefined } : { refused: 'wrong-address' };
  }
}

/** What a proof of this kind covers: what the event says, or only who has sent it. */
export function provesBy({ kind }: Authenticity): 'content' | 'sender' {
  return kind === 'static-token' || kind === 'unguessable-url' ? 'sender' : 'content';
}
