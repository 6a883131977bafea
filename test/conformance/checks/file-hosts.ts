import type { Check } from '../kit.js';
import { claim } from '../kit.js';
import { walk } from '../walk.js';
import { World } from '../world.js';

export const check: Check = {
  fact: 'shows its credential to no host for files but those of the platform',
  async run(subject) {
    const own = new World(subject, { calls: 8 });
    await walk(own);
    claim(
      own.seen.some(({ isFile }) => isFile),
      'no redirect to a host of the platform for files was met',
    );
    const likeOwn = (subject.connector.http.mediaDomains ?? []).flatMap(domain => [
      `evil${domain}`,
      `${domain}.elsewhere.test`,
    ]);
    for (const elsewhere of ['storage.elsewhere.test', ...likeOwn]) {
      const world = new World(subject, { calls: 8, elsewhere });
      await walk(world);
      const there = world.seen.filter(({ url }) => new URL(url).hostname === elsewhere);
      claim(there.length > 0, 'no redirect was followed');
      claim(!there.some(({ hadCredential }) => hadCredential), `${elsewhere} was shown the credential`);
    }
  },
};
