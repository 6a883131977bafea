import { isDeepStrictEqual } from 'node:util';
import type { InboundEvent } from '../../../src/engine/index.js';
import type { Check } from '../kit.js';
import { claim } from '../kit.js';
import { Post } from '../webhooks.js';

export const check: Check = {
  fact: 'takes a genuine event for what it is, refuses one that was changed, and knows one that comes again',
  async run(subject) {
    const post = new Post(subject);
    const genuine = post.event();
    const received = post.receive(genuine);
    claim(received.kind === 'genuine', `a genuine event is ${JSON.stringify(received)}`);
    claim(received.proves === post.platform.proves, `it is said to prove the ${received.proves}`);
    const { golden } = post.platform;
    const hints = plain(post.webhooks.hints(plain(golden.event)));
    claim(isDeepStrictEqual(hints, plain(golden.hints)), `it hints at ${JSON.stringify(hints)}`);

    const again = post.receive(post.event({ at: new Date(post.now.getTime() + 1_000) }));
    claim(again.kind === 'genuine' && again.eventId === received.eventId, 'an event that comes again is another one');

    for (const [what, changed] of forgeries(post, genuine))
      claim(post.receive(changed).kind === 'refused', `an event ${what} passes for genuine`);
    const stranger = post.event({ keys: [post.platform.newKey()] });
    claim(isSame(stranger, genuine) || post.receive(stranger).kind === 'refused', 'anybody can sign');
  },
};

/** Every way to change the event that its proof covers. */
function forgeries(post: Post, genuine: InboundEvent): readonly (readonly [string, InboundEvent])[] {
  const { headers, body } = genuine;
  const proofs = Object.keys(headers).filter(name => name !== 'content-type');
  const without = proofs.map(name => [`without ${name}`, { ...genuine, headers: { ...headers, [name]: '' } }] as const);
  const elsewhere = [['at another address', { ...genuine, url: `${post.url}x` }]] as const;
  if (post.platform.proves === 'sender') return proofs.length === 0 ? elsewhere : without;
  const other = Buffer.from(body);
  other[other.length - 2] = (other.at(-2) ?? 0) ^ 1;
  return [
    ...without,
    ['with another body', { ...genuine, body: other }],
    ['with no body', { ...genuine, body: Buffer.alloc(0) }],
  ];
}

function isSame(one: InboundEvent, other: InboundEvent): boolean {
  return isDeepStrictEqual(one.headers, other.headers);
}

/** As it would come from the wire; what is undefined is absent. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
