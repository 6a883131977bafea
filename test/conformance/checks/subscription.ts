import { listSubscriptions, renew, subscribe, unsubscribe } from '../../../src/engine/index.js';
import type { Check } from '../kit.js';
import { claim } from '../kit.js';
import { window, World } from '../world.js';

const url = 'https://hub.example/webhooks/made-for-this-connection';

export const check: Check = {
  fact: 'asks for events, keeps the subscription alive, sees it, and ends it',
  async run(subject) {
    const world = new World(subject);
    const setUp = subject.connector.webhooks?.setUp;
    claim(setUp?.by === 'hub', 'the hub does not set it up');
    const ask = world.ask.as('subscription');
    // When the pretend account was made up; its subscriptions begin then.
    const now = () => new Date(window.to);

    const made = await subscribe(setUp, ask, url, now);
    claim(made.id !== '' && (made.url ?? url) === url, 'the subscription has no id, or another address');
    claim((made.secret !== undefined) === (setUp.secret !== 'none'), 'there is no secret to verify events by');
    claim(!JSON.stringify(made).includes(made.secret?.reveal() ?? '\0'), 'the secret can be read off the subscription');
    claimTimely(made.renewAt, made.expiresAt, now());

    const listed = await listSubscriptions(setUp, ask, now);
    claim(listed?.some(({ id }) => id === made.id) ?? true, 'the subscription is not among those that are listed');
    const renewed = await renew(setUp, ask, made.id, now);
    claim((renewed === undefined) === (setUp.renew === undefined), 'the subscription cannot be renewed');
    claim(renewed === undefined || renewed.id === made.id, 'another one was renewed');
    claimTimely(renewed?.renewAt, renewed?.expiresAt, now());

    await unsubscribe(setUp, ask, made.id);
    const left = await listSubscriptions(setUp, ask, now);
    claim(left?.every(({ id }) => id !== made.id) ?? true, 'the subscription lives on');
    await unsubscribe(setUp, ask, made.id);
    claim((await renew(setUp, ask, made.id, now)) === undefined, 'what has ended is renewed');
  },
};

function claimTimely(renewAt: Date | undefined, expiresAt: Date | undefined, now: Date): void {
  if (expiresAt === undefined) return claim(renewAt === undefined, 'it is renewed though it does not end');
  const half = (now.getTime() + expiresAt.getTime()) / 2;
  claim(renewAt !== undefined && Math.abs(renewAt.getTime() - half) < 2, 'it is not renewed at half of its life');
}
