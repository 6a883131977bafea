import type { Endpoint, InboundEvent, Proof } from './inbound-event.js';
import { isSame } from './is-same.js';

export function ofStaticToken(names: readonly string[], { headers }: InboundEvent, { secrets }: Endpoint): Proof {
  const given = names.flatMap(name => headers[name] ?? []);
  if (given.length === 0) return { refused: 'header-missing' };
  const usable = secrets.filter(secret => secret.reveal() !== '');
  if (usable.length === 0) return { refused: secrets.length === 0 ? 'no-secret' : 'unusable-secret' };
  const secret = usable.find(each => given.some(token => isSame(token, each.reveal())));
  return secret === undefined ? { refused: 'wrong-token' } : { secret };
}
