import { expect, onTestFinished, test } from 'vitest';
import type { SimulatedWebhooks, Webhooks } from '#connector';
import connector from '../../connections/fathom/connector.js';
import simulator from '../../connections/fathom/simulator.js';
import { Secret } from '../../src/core/secret.js';
import { receiveEvent } from '../../src/engine/index.js';
import { testHub } from '../kit/hub.js';
import { openApiSpec } from '../kit/openapi-spec.js';
import { playedPlatforms, startPlatformSandbox } from '../kit/platforms.js';
import { SignInResolver } from '../kit/sign-in.resolver.js';
import { startImport, watchToEnd } from '../kit/trip.js';

const spec = openApiSpec('fathom/fathom-external-v1-openapi.yaml');
const fathom = (await playedPlatforms()).find(({ id }) => id === 'fathom');

test.skipIf(!spec).each(fathom?.ways ?? [])(
  "$label: every request of an import, and every reply to it, fits the vendor's description",
  { timeout: 60_000 },
  async way => {
    if (fathom === undefined) throw new Error('There is no Fathom.');
    const problems: string[] = [];
    const kinds = new Set<string>();
    const sandbox = await startPlatformSandbox(fathom, {
      ...{ calls: 25, withoutTranscript: 0.3, limits: 'off' },
      onExchange(exchange) {
        kinds.add(`${exchange.request.path.split('/').at(-1)} ${exchange.reply.status}`);
        problems.push(...(spec?.requestProblems(exchange.request) ?? []));
        problems.push(...(spec?.replyProblems({ ...exchange, fault: undefined }) ?? []));
      },
    });
    onTestFinished(() => sandbox.close());
    const hub = await testHub({ ...sandbox.env, PLATFORM_FATHOM_LIMITS: 'off' }, { resolvers: [SignInResolver] });
    onTestFinished(() => hub.close());

    const { connectionId } = await way.connect(hub, sandbox);
    const seen = await watchToEnd(hub, await startImport(hub, sandbox, connectionId));

    expect(seen.at(-1)).toMatchObject({ status: 'COMPLETED', stored: 25, unusable: 0 });
    expect([...new Set(problems)]).toEqual([]);
    expect([...kinds]).toEqual(expect.arrayContaining(['team_members 200', 'meetings 200']));
  },
);

test.skipIf(!spec)("events fit the vendor's description, and what it allows is read", async () => {
  const now = new Date('2026-03-02T10:00:00Z');
  const url = 'https://hub.example/webhooks/fathom';
  const sends = simulator.webhooks as SimulatedWebhooks;
  const key = sends.newKey();
  const opened = simulator.open({
    calls: 10,
    seed: 1,
    from: '2026-03-01T00:00:00Z',
    to: now.toISOString(),
    account: 'x',
  });
  const listed = opened.answer({
    ...{ method: 'GET', path: '/meetings', query: new URLSearchParams(), body: undefined },
    headers: { 'x-api-key': simulator.secret['apiKey'] ?? '' },
  }).body as { readonly items: readonly object[] };
  // The smallest part that a subscription may ask for, as the description has it.
  const item = { description: 'Send it', user_generated: false, completed: false, recording_timestamp: '00:01:02' };
  const more = {
    recording_playback_url: 'https://fathom.video/calls/1?timestamp=62',
    assignee: { name: null, email: null, team: null },
  };
  const meetings = listed.items.map(meeting => ({ ...meeting, action_items: [{ ...item, ...more }] }));

  for (const event of [sends.golden.event, ...listed.items, ...meetings]) {
    const { headers, body } = sends.send({ event, url, at: now, id: 'msg_1', keys: [key] });
    expect(spec?.eventProblems('new-meeting-content-ready', JSON.parse(String(Buffer.from(body))))).toEqual([]);
    expect(Object.keys(headers)).toEqual(
      expect.arrayContaining(['webhook-id', 'webhook-timestamp', 'webhook-signature']),
    );
    const inbound = { url, headers, body: Buffer.from(body) };
    const secrets = [new Secret(key.kept)];
    expect(
      receiveEvent(connector.webhooks as Webhooks, inbound, { url, secrets, awaitsChallenge: false }, now),
    ).toMatchObject({ kind: 'genuine', proves: 'content', look: { externalIds: [expect.any(String)] } });
  }
  expect(meetings.length).toBe(10);
  expect(spec?.eventProblems('new-meeting-content-ready', { mood: 'good' })).not.toEqual([]);
  expect(spec?.eventProblems('meeting-deleted', {})).toEqual(['the event meeting-deleted is not in the description']);
});
