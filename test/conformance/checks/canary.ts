import { inspect } from 'node:util';
import type { SimulatedReply } from '#connector';
import type { Check, Subject } from '../kit.js';
import { claim } from '../kit.js';
import { failureOf, walk } from '../walk.js';
import { type Fault, World } from '../world.js';
import { openingOf } from '../opening.js';

export const check: Check = {
  fact: 'keeps the secret out of logs, errors, checkpoints, drafts and addresses',
  async run(subject) {
    const canaries = canariesOf(subject);
    claim(canaries.length > 0, 'the simulator has no secret that is long enough to look for');
    const garbage: SimulatedReply = { status: 200, body: Buffer.from('{"half":'), kind: 'fault' };
    const faults: readonly (Fault | undefined)[] = [
      undefined,
      () => 'cut',
      () => garbage,
      ...[400, 401, 403, 404, 500].map(status => () => ({ ...subject.simulator.fault(status), status })),
      () => subject.simulator.tooMany(90_000, new Date(0)),
      // Some platforms repeat in their answer what they were sent.
      (_, request) => ({ status: 400, body: request.headers, kind: 'fault' }),
    ];
    for (const fault of faults) await claimQuiet(subject, fault, canaries);
  },
};

async function claimQuiet(subject: Subject, fault: Fault | undefined, canaries: readonly string[]): Promise<void> {
  const world = new World(subject, { fault });
  const account = await world.check().catch((error: unknown) => error);
  const walked = fault === undefined ? await walk(world) : await failureOf(once(world));
  const written = [account, walked].map(value =>
    inspect(value, { depth: 12, maxStringLength: null, maxArrayLength: null }),
  );
  const drafts = JSON.stringify(walked);
  const text = [...world.logged, ...written, drafts, ...world.seen.map(({ url }) => url)].join('\n');
  const found = canaries.filter(canary => text.includes(canary));
  claim(found.length === 0, `${found.length} forms of the secret were found`);
  claim(
    world.seen.every(({ url }) => new URL(url).host === 'platform.test'),
    'another host was asked',
  );
}

/** One page is enough to fail on; a walk would wait for ever where it is told to. */
function once(world: World): Promise<unknown> {
  const { calls } = world.subject.connector;
  const request = calls.request({
    from: '2026-01-01T00:00:00.000Z',
    to: '2026-01-02T00:00:00.000Z',
    cursor: undefined,
  });
  return world.ask.as('listing').send(request);
}

/** The secret as given, and as it travels. */
function canariesOf({ connector, simulator: { secret } }: Subject): readonly string[] {
  const travelling = Object.values(openingOf(connector).headers(secret));
  const parts = travelling.flatMap(value => [value, value.split(' ').at(-1) ?? '']);
  return [...new Set([...Object.values(secret), ...parts])].filter(text => text.length >= 8);
}
