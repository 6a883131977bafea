import { describe, expect, test } from 'vitest';
import { openHouse } from '../kit/house.js';
import { judgeImport } from '../kit/oracle.js';
import { connectedCustomer, startImport, watchToEnd } from '../kit/trip.js';

/** Around every await of a run: `<point>:<n>` dies the n-th time it is reached. */
const points = [
  'before claim',
  'after claim',
  'claim committed',
  'before plan',
  'plan committed',
  'before leave:6',
  'leave granted:6',
  'before listing request:2',
  'after listing reply:2',
  'before transcripts request:2',
  'after transcripts reply:2',
  'before fence:2',
  'after fence:3',
  'before copy:2',
  'after copy:2',
  'after upsert:2',
  'after checkpoint:2',
  'after counters:2',
  'page committed:2',
  'before announcement:4',
  'before release',
  'release committed',
];
/** A busy machine is slow; what is aimed at is measured by `npm run soak`. */
const resumeWithinMs = 45_000;

describe.concurrent('a hub that is killed', () => {
  test.each(points)(
    '%s: the next one goes on, loses nothing and doubles nothing',
    { timeout: 120_000 },
    async point => {
      const house = await openHouse({ calls: 300 });
      try {
        const first = await house.start({ PATCHBAY_ROLE: 'all' }, { crashAt: point });
        const client = house.clientOf(first);
        const { connectionId } = await connectedCustomer(client, house.sandbox);
        const importId = await startImport(client, house.sandbox, connectionId);
        await first.ended;
        const died = performance.now();

        const next = await house.start({ PATCHBAY_ROLE: 'all' });
        const asked = house.sandbox.ledger().length;
        const seen = await watchToEnd(house.clientOf(next), importId);

        expect(first.child.signalCode).toBe('SIGKILL');
        expect(seen.at(-1)).toMatchObject({ status: 'COMPLETED', stored: 300 });
        const { slices } = await judgeImport(house.database, house.sandbox, importId);
        const judgement = house.sandbox.judge(slices);
        expect(judgement.repeatedPages).toBeLessThanOrEqual(slices);
        const resumed = house.sandbox.ledger()[asked];
        if (resumed !== undefined) expect(resumed.at - died).toBeLessThan(resumeWithinMs);
      } finally {
        await house.close();
      }
    },
  );
});
