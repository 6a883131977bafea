import { expect, test } from 'vitest';
import { webhooks } from '../../connections/ringcentral/webhooks.js';

const { setUp } = webhooks;
if (setUp.by !== 'hub') throw new Error('The hub sets it up.');
const { subscribe, list } = setUp;

/** As the vendor's description shows it. */
const subscription = {
  id: '95fecfc9-9cdc-4e94-a78a-89fd65889d37',
  uri: 'https://platform.ringcentral.com/restapi/v1.0/subscription/95fecfc9-9cdc-4e94-a78a-89fd65889d37',
  eventFilters: ['/restapi/v1.0/account/~/telephony/sessions?statusCode=Disconnected'],
  status: 'Active',
  creationTime: '2026-03-10T18:07:52.534Z',
  expirationTime: '2026-03-17T18:07:52.534Z',
  expiresIn: 604_800,
  deliveryMode: { transportType: 'WebHook', address: 'https://hub.example/in', encryption: false },
};

test('what was granted counts, not what was asked for', () => {
  expect(subscribe.read(subscription)).toEqual({
    id: '95fecfc9-9cdc-4e94-a78a-89fd65889d37',
    url: 'https://hub.example/in',
    expiresAt: '2026-03-17T18:07:52.534Z',
    isBlocked: false,
  });
});

test('a subscription that was given up is told from one that lives', () => {
  const blocked = { ...subscription, status: 'Blacklisted', blacklistedData: { reason: 'Max attempts' } };

  expect(list?.read({ uri: '', records: [subscription, blocked] }).map(({ isBlocked }) => isBlocked)).toEqual([
    false,
    true,
  ]);
});

test('the token that events must carry goes along when the subscription is made', () => {
  expect(subscribe.request({ url: 'https://hub.example/in', secret: 's3cret' })).toMatchObject({
    method: 'POST',
    path: '/restapi/v1.0/subscription',
    body: {
      deliveryMode: { transportType: 'WebHook', address: 'https://hub.example/in', verificationToken: 's3cret' },
      expiresIn: 604_800,
    },
  });
});

test('a reminder means that the subscription is about to end', () => {
  expect(webhooks.hints({ event: '/restapi/v1.0/subscription/95fecfc9?threshold=86400', body: {} })).toEqual([
    { kind: 'subscription-ends' },
  ]);
});
