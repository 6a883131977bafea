import type { SimulatedKey, SimulatedWebhooks, Webhooks } from '#connector';
import { Secret } from '../../src/core/secret.js';
import { type Endpoint, type InboundEvent, type Received, receiveEvent } from '../../src/engine/index.js';
import type { Subject } from './kit.js';

/** A platform that sends events, one address of ours, and the key that both know of. */
export class Post {
  readonly url = 'https://hub.example/webhooks/made-for-this-connection';
  readonly now = new Date('2026-03-02T10:00:00.000Z');
  readonly key: SimulatedKey;
  readonly webhooks: Webhooks;
  readonly platform: SimulatedWebhooks;

  constructor({ connector, simulator }: Subject) {
    if (connector.webhooks === undefined || simulator.webhooks === undefined)
      throw new Error('The connector and its simulator must both know of webhooks.');
    this.webhooks = connector.webhooks;
    this.platform = simulator.webhooks;
    this.key = this.platform.newKey();
  }

  /** The golden event, or another one, as it arrives. */
  event({
    event = this.platform.golden.event,
    at = this.now,
    id = 'msg_1',
    keys = [this.key] as readonly [SimulatedKey, ...SimulatedKey[]],
    url = this.url,
  } = {}): InboundEvent {
    const { headers, body } = this.platform.send({ event, at, id, keys, url });
    return { url, headers, body: Buffer.from(body) };
  }

  receive(event: InboundEvent, endpoint: Partial<Endpoint> = {}, now = this.now): Received {
    const secrets = this.key.kept === '' ? [] : [new Secret(this.key.kept)];
    return receiveEvent(this.webhooks, event, { url: this.url, secrets, awaitsChallenge: false, ...endpoint }, now);
  }
}
