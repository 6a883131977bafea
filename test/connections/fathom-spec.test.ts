import { expect, onTestFinished, test } from 'vitest';
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
