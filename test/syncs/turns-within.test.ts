import { expect, test } from 'vitest';
import ringcentral from '../../connections/ringcentral/connector.js';
import zoomPhone from '../../connections/zoom-phone/connector.js';
import { turnsWithin } from '../../src/syncs/index.js';

test('turns may come close to each other as long as half of each limit is left to others', () => {
  // A turn is one request there, and ten are allowed in a minute.
  expect(turnsWithin(ringcentral, ringcentral.limits)).toContainEqual({ seconds: 60, turns: 5 });
  // Two lists here; of 15,000 requests a day, an hour has 625.
  expect(turnsWithin(zoomPhone, zoomPhone.limits)).toContainEqual({ seconds: 3_600, turns: 156 });
  expect(turnsWithin({ calls: zoomPhone.calls }, [{ requests: 1, seconds: 60, owner: 'user' }])).toEqual([
    { seconds: 60, turns: 1 },
  ]);
});
