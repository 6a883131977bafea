import { createHmac } from 'node:crypto';
import type { Authenticity } from '#connector';
import { type Endpoint, type InboundEvent, type Proof, untimely } from './inbound-event.js';
import { isSame } from './is-same.js';

type Scheme = Extract<Authenticity, { kind: 'hmac' }>;

export function ofHmac(scheme: Scheme, event: InboundEvent, { secrets }: Endpoint, now: Date): Proof {
  const signature = event.headers[scheme.signature];
  const timestamp = event.headers[scheme.timestamp];
  if (!signature || !timestamp) return { refused: 'header-missing' };
  if (!/^\d{1,12}$/.test(timestamp)) return { refused: 'header-malformed' };
  const wrongTime = untimely(Number(timestamp), now);
  if (wrongTime !== undefined) return { refused: wrongTime };
  const usable = secrets.filter(secret => secret.reveal().trim() !== '');
  if (usable.length === 0) return { refused: secrets.length === 0 ? 'no-secret' : 'unusable-secret' };

  const [before = '', after = ''] = scheme.template.replace('{timestamp}', timestamp).split('{body}');
  const secret = usable.find(each => {
    const hmac = createHmac('sha256', each.reveal().trim()).update(before).update(event.body).update(after);
    return isSame(signature, scheme.prefix + hmac.digest('hex'));
  });
  return secret === undefined ? { refused: 'wrong-signature' } : { secret };
}
