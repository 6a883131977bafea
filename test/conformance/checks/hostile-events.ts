import { isDeepStrictEqual } from 'node:util';
import type { Check } from '../kit.js';
import { claim } from '../kit.js';
import { Post } from '../webhooks.js';

const strange = '\u0000\u202e"><script>%00${x}{{y}}';

/** Things that an event could hold in the place of what is expected. */
const nonsense: readonly unknown[] = [
  ...[null, true, 0, -1, 1e308, '', strange, [], {}, [[[]]], { length: 1e9 }],
  JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}'),
];
const otherwise: readonly unknown[] = [null, '', -1, strange, [], {}];

export const check: Check = {
  fact: 'makes of nonsense nothing but a look at what is recent, and leaves an event as it was',
  async run(subject) {
    const post = new Post(subject);
    const { event } = post.platform.golden;
    claimPure(post.webhooks.hints, event);
    for (const changed of [...nonsense, ...variants(event)]) {
      const received = post.receive(post.event({ event: changed }));
      claim(received.kind === 'genuine', `nonsense that the platform has signed is ${received.kind}`);
      for (const { from, to } of received.look.windows)
        claim(Date.parse(to) - Date.parse(from) <= 90_000_000, `a window from ${from} to ${to} comes of nonsense`);
      claim(
        received.look.externalIds.every(id => typeof id === 'string' && id.length <= 200),
        'an id is no id',
      );
    }
    claim(!('polluted' in {}), 'an event has changed what all objects inherit');
  },
};

function claimPure(hints: (event: unknown) => unknown, event: unknown): void {
  const given = structuredClone(event);
  const [first, second] = [hints(given), hints(given)];
  claim(isDeepStrictEqual(given, event), 'an event is changed by being read');
  claim(isDeepStrictEqual(first, second), 'an event hints at something else the second time');
}

/** The event with each of its parts replaced by each kind of nonsense. */
function variants(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    [...otherwise, ...variants(inner)].map(other =>
      Array.isArray(value) ? value.with(Number(key), other) : { ...value, [key]: other },
    ),
  );
}
