/** Words that a platform is still working on when a sync comes by: of a call in two recordings, those of the one may be there first. */
import { expect, onTestFinished, test } from 'vitest';
import type { SimulatedReply } from '#connector';
import connector from '../../connections/zoom-phone/connector.js';
import zoom from '../../connections/zoom-phone/simulator.js';
import { testHub } from '../kit/hub.js';
import { startPlatformSandbox } from '../kit/platforms.js';
import { newCustomer } from '../kit/sign-in.js';
import { createSync, setTime, whenTurned } from '../kit/syncs.js';

const hourMs = 3_600_000;
const ago = (hours: number): string => new Date(Date.now() - hours * hourMs).toISOString();

test('the words that were not there yet are asked for until they are, and not again after that', async () => {
  let isPending = true;
  const pending: SimulatedReply = {
    status: 400,
    kind: 'transcripts',
    body: { code: 12002, message: 'This recording is still in the process of being transcribed.' },
  };
  /** Of the second recordings of calls. */
  const isSecond = ({ kind, status, served }: SimulatedReply) =>
    kind === 'transcripts' && status === 302 && served?.length === 0;
  const simulator: typeof zoom = {
    ...zoom,
    open(options) {
      const opened = zoom.open(options);
      return {
        ...opened,
        answer(request) {
          const reply = opened.answer(request);
          return isPending && isSecond(reply) ? pending : reply;
        },
      };
    },
  };
  const sandbox = await startPlatformSandbox(
    { id: 'zoom-phone', connector, simulator },
    { calls: 40, from: ago(3), to: ago(0.5), limits: 'off' },
  );
  const hub = await testHub({ ...sandbox.env, PLATFORM_ZOOM_PHONE_LIMITS: 'off' });
  onTestFinished(async () => {
    await hub.close();
    await sandbox.close();
  });
  const secret = Object.entries(sandbox.secret).map(([name, value]) => ({ name, value }));
  const customerId = await newCustomer(hub);
  const { connectWithSecret } = await hub.ask(
    'mutation ($input: ConnectWithSecretInput!) { connectWithSecret(input: $input) { id } }',
    { input: { customerId, platform: 'zoom-phone', secret } },
  );
  const start = Date.now();
  await setTime(hub, start);
  const asked = () => sandbox.ledger().filter(({ kind }) => kind === 'transcripts');
  const { id } = await createSync(hub, { connectionId: connectWithSecret.id, schedule: { cadence: 'HOURLY' } });
  await whenTurned(hub, id, 1);
  const refused = asked().filter(({ status }) => status === 400).length;
  isPending = false;

  sandbox.resetLedger();
  await setTime(hub, start + hourMs);
  await whenTurned(hub, id, 2);
  const then = asked().length;
  sandbox.resetLedger();
  await setTime(hub, start + 2 * hourMs);
  await whenTurned(hub, id, 3);

  expect(refused).toBeGreaterThan(0);
  expect(then).toBe(2 * refused);
  expect(asked()).toEqual([]);
});
