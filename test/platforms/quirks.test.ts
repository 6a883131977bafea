/**
 * What platforms have done to somebody, each as a switch of its simulator: an import through the public API by which the calls come home
 * all the same, or which ends and says why. connections/README.md lists what stands behind each.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listSubscriptions, subscribe } from '../../src/engine/index.js';
import { walk } from '../conformance/walk.js';
import { window, World } from '../conformance/world.js';
import { type TestHub, testHub } from '../kit/hub.js';
import { type Played, playedPlatforms, type PlatformSandbox, startPlatformSandbox } from '../kit/platforms.js';
import { SignInResolver } from '../kit/sign-in.resolver.js';
import { startImport, watchToEnd } from '../kit/trip.js';

const platforms = await playedPlatforms();
const has = (quirk: string) => platforms.filter(({ simulator }) => simulator.quirks?.[quirk] !== undefined);
/** More than a page of every platform. */
const calls = 22;

let hub: TestHub;
const sandboxes = new Map<string, PlatformSandbox>();

beforeAll(async () => {
  for (const platform of platforms) {
    const names = Object.keys(platform.simulator.quirks ?? {});
    const accounts = Object.fromEntries(names.map(name => [name, { quirks: [name] }]));
    const many = { calls, accounts, limits: 'off', recordsPerPage: 8 } as const;
    sandboxes.set(platform.id, await startPlatformSandbox(platform, many));
  }
  const off = platforms.map(({ id }) => [`PLATFORM_${id.toUpperCase().replaceAll('-', '_')}_LIMITS`, 'off']);
  const env = Object.assign(Object.fromEntries(off), ...[...sandboxes.values()].map(sandbox => sandbox.env));
  hub = await testHub(env as Record<string, string>, { resolvers: [SignInResolver] });
});
afterAll(async () => {
  await hub?.close();
  await Promise.all([...sandboxes.values()].map(sandbox => sandbox.close()));
});

const sandboxOf = ({ id }: Played) => sandboxes.get(id) as PlatformSandbox;

/** Whoever signs in as an account of that name has the quirk. */
async function connect(platform: Played, quirk: string) {
  const way = platform.ways.find(({ kind }) => kind === 'oauth2');
  if (way === undefined) throw new Error('Nobody can sign in.');
  return way.connect(hub, sandboxOf(platform), quirk);
}

async function imported(platform: Played, connectionId: string) {
  const importId = await startImport(hub, sandboxOf(platform), connectionId);
  const end = (await watchToEnd(hub, importId)).at(-1);
  const { import: read } = await hub.ask(
    `query ($id: ID!) { import(id: $id) { progress { problem { code message } } unusable(first: 100) { nodes { externalId stage code } } } }`,
    { id: importId },
  );
  return { end, error: read.progress.problem, unusable: read.unusable.nodes };
}

describe('a cursor that leads nowhere ends the import, and says so', () => {
  test.each(has('stuck-cursor'))('$id', async platform => {
    const { connectionId } = await connect(platform, 'stuck-cursor');

    const { end, error } = await imported(platform, connectionId);

    expect(end).toMatchObject({ status: 'FAILED' });
    expect(error).toMatchObject({ code: 'PLATFORM_CHANGED' });
  });
});

describe.each([
  ['gone-lookups', 'NOT_FOUND'],
  ['odd-lookups', 'LOOKUP_REFUSED'],
])('%s: each costs its own transcript and no other', (quirk, code) => {
  test.each(has(quirk))('$id', async platform => {
    const { connectionId } = await connect(platform, quirk);

    const { end, unusable } = await imported(platform, connectionId);

    expect(end).toMatchObject({ status: 'COMPLETED_WITH_FAILURES', stored: calls });
    expect(unusable.length).toBeGreaterThan(1);
    expect(unusable.length).toBeLessThanOrEqual(calls / 5);
    for (const one of unusable) expect(one).toMatchObject({ stage: 'transcript', code });
    expect(end?.transcripts).toBe(calls - unusable.length);
  });
});

describe('lookups that are all refused stop the import soon, with what the platform answered', () => {
  test.each(has('refuses-lookups'))('$id', async platform => {
    const { connectionId } = await connect(platform, 'refuses-lookups');
    sandboxOf(platform).resetLedger();

    const { end, error } = await imported(platform, connectionId);

    expect(end).toMatchObject({ status: 'FAILED' });
    expect(error).toMatchObject({ code: 'PLATFORM_CHANGED', message: expect.stringContaining('422') });
    expect(
      sandboxOf(platform)
        .ledger()
        .filter(({ kind }) => kind === 'transcripts').length,
    ).toBeLessThanOrEqual(13);
  });
});

describe('what is recorded late is there when it is imported again', () => {
  test.each(has('late-recordings'))('$id', async platform => {
    const { connectionId } = await connect(platform, 'late-recordings');
    const first = await imported(platform, connectionId);
    expect(first.end).toMatchObject({ status: 'COMPLETED', stored: calls });
    expect(first.end?.transcripts).toBeLessThan(calls / 2 + 2);

    sandboxOf(platform).reveal();

    expect((await imported(platform, connectionId)).end).toMatchObject({ status: 'COMPLETED', transcripts: calls });
  });
});

describe('details that are refused leave what is known of a call', () => {
  test.each(has('details-end'))('$id', async platform => {
    const { customerId, connectionId } = await connect(platform, 'details-end');
    const recorded = async () => {
      const page = await hub.ask(
        'query ($c: ID!) { calls(customerId: $c, first: 100) { nodes { recordings { kind } } } }',
        {
          c: customerId,
        },
      );
      return page.calls.nodes.filter((call: { recordings: unknown[] }) => call.recordings.length > 0).length;
    };
    await imported(platform, connectionId);
    expect(await recorded()).toBe(calls);

    sandboxOf(platform).reveal();
    const { end, unusable } = await imported(platform, connectionId);

    expect(end).toMatchObject({ status: 'COMPLETED_WITH_FAILURES', stored: calls });
    expect(new Set(unusable.map(({ stage }: { stage: string }) => stage))).toEqual(new Set(['detail']));
    expect(await recorded()).toBe(calls);
  });
});

describe.each(['no-filter', 'no-totals', 'lists-all', 'old-copies', 'slashed-ids', 'clips-windows'])(
  '%s: all calls come home',
  quirk => {
    test.each(has(quirk))('$id', async platform => {
      const { connectionId } = await connect(platform, quirk);

      const { end } = await imported(platform, connectionId);

      expect(end).toMatchObject({ status: 'COMPLETED', stored: calls, found: calls, unusable: 0 });
    });
  },
);

describe('a limit that has fallen is kept to, as replies tell of it', () => {
  test.each(has('few-transcripts'))('$id', async ({ connector, simulator, id: folder }) => {
    const limits = simulator.quirks?.['few-transcripts']?.limits ?? [];
    const world = new World({ folder, connector, simulator }, { calls: 60, limits, lacks: ['inline-transcripts'] });

    const { ids, calls: found } = await walk(world);

    expect(ids).toHaveLength(60);
    expect(found.every(({ transcript }) => transcript !== undefined)).toBe(true);
    expect(world.seen.filter(({ status }) => status === 429)).toEqual([]);
  });
});

describe('a subscription', () => {
  const begun = async ({ connector, simulator, id: folder }: Played, quirk: string) => {
    const world = new World({ folder, connector, simulator }, { quirks: [quirk] });
    const setUp = connector.webhooks?.setUp;
    if (setUp?.by !== 'hub') throw new Error('The hub does not set it up.');
    const now = () => new Date(window.to);
    const ask = world.ask.as('subscription');
    const made = await subscribe(setUp, ask, 'https://hub.example/in', now);
    return { world, setUp, ask, now, made };
  };

  test.each(has('short-grant'))('$id: that is granted for an hour only is renewed after half of it', async platform => {
    const { made } = await begun(platform, 'short-grant');

    const life = (made.expiresAt?.getTime() ?? 0) - (made.renewAt?.getTime() ?? 0);
    expect(life).toBeGreaterThan(0);
    expect(life).toBeLessThanOrEqual(3_600_000);
  });

  test.each(has('blacklisted'))('$id: that the platform has given up is seen to be blocked', async platform => {
    const { world, setUp, ask, now } = await begun(platform, 'blacklisted');

    world.simulator.reveal();

    expect(await listSubscriptions(setUp, ask, now)).toMatchObject([{ isBlocked: true }]);
  });
});

test('every quirk of every simulator is listed, with what stands behind it', () => {
  const papers = readFileSync(new URL('../../connections/README.md', import.meta.url), 'utf8');
  const names = platforms.flatMap(({ simulator }) => Object.keys(simulator.quirks ?? {}));

  expect(names.filter(name => !papers.includes(`\`${name}\``))).toEqual([]);
});
