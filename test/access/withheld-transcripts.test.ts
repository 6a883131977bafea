/** What a grant allows: the scopes that are needed, others that allow as much, and what is missing for transcripts alone. */
import { expect, onTestFinished, test } from 'vitest';
import zoomPhone from '../../connections/zoom-phone/connector.js';
import type { OAuth2 } from '#connector';
import { lackOf } from '../../src/access/oauth/missing-scopes.js';
import { playConsent } from '../kit/consent.js';
import { testHub } from '../kit/hub.js';
import { playedPlatforms, startPlatformSandbox } from '../kit/platforms.js';
import { beginSignIn, comeBack, confirmSignIn, newCustomer } from '../kit/sign-in.js';
import { SignInResolver } from '../kit/sign-in.resolver.js';

test('who signs in without the right to transcripts is connected, and warned', async () => {
  const platform = (await playedPlatforms()).find(({ id }) => id === 'ringcentral');
  if (platform === undefined) throw new Error('There is no RingCentral.');
  const sandbox = await startPlatformSandbox(platform, { calls: 4, limits: 'off' });
  onTestFinished(() => sandbox.close());
  const hub = await testHub(sandbox.env, { resolvers: [SignInResolver] });
  onTestFinished(() => hub.close());
  const customerId = await newCustomer(hub);
  sandbox.oauth?.allowRedirect(`${hub.url}/oauth/callback/ringcentral`);
  const warningsAfter = async (scopes?: readonly string[]) => {
    const begun = await beginSignIn(hub, customerId, { platform: 'ringcentral' });
    const back = await playConsent(begun.url.href, scopes === undefined ? {} : { scopes });
    await comeBack(hub, back.searchParams, { browser: begun.browser, path: 'ringcentral' });
    const id = await confirmSignIn(hub, begun);
    const { connection } = await hub.ask(
      'query ($id: ID!) { connection(id: $id) { warnings { code message remedy } } }',
      { id },
    );
    return connection.warnings;
  };

  expect(await warningsAfter(['ReadAccounts', 'ReadCallLog'])).toMatchObject([
    { code: 'TRANSCRIPTS_WITHHELD', message: expect.stringContaining('RingSense'), remedy: expect.any(String) },
  ]);
  expect(await warningsAfter()).toEqual([]);
});

const method = zoomPhone.auth[0] as OAuth2;
const lack = (scopes: readonly string[] | undefined) => lackOf(zoomPhone, method, { scopes });

test.each([
  ['as they are asked for', method.scopes],
  ['older ones that allow as much', ['phone_call_log:read:admin', 'phone_recording:read:admin', 'user:read:admin']],
  ['broad ones', ['phone:read:admin', 'user:read']],
  ['that nobody names', undefined],
])('scopes %s are enough', (_what, scopes) => {
  expect(lack(scopes)).toBeUndefined();
});

test('scopes that allow less are not', () => {
  expect(lack(['phone_call_log:read:admin', 'user:read:admin'])).toBe(
    'Zoom Phone granted less than is needed: phone:read:recording_transcript:admin is missing.',
  );
});
