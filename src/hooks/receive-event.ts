import type { Headers } from '#connector';
import { connectorFor } from '../catalog/index.js';
import { isUnavailable } from '../core/unavailable.js';
import { receiveEvent as judge, type Received } from '../engine/index.js';
import type { House } from '../scope.js';
import { Refusals } from './count-refusals.js';
import { type KnownHook, KnownHooks } from './known-hooks.js';
import { EventStore, TooManyWait } from './store-events.js';

/** One request from a platform, at an address that we have made. */
export interface Arriving {
  readonly hookId: string;
  /** The whole address, as the world outside knows it. */
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Headers;
  /** Byte for byte. */
  readonly body: Buffer;
}

/** What the platform is answered. */
export interface Reply {
  readonly status: 200 | 401 | 404 | 413 | 429 | 503;
  readonly headers?: Headers;
  readonly body?: string;
}

/** Platforms give up after three seconds or more; what could not be stored by then is to be sent again. */
const patienceMs = 2_500;

/** Takes events in: judges them by the hook's own secrets, and answers 2xx when what they tell is stored. */
export class Receiver {
  readonly #hooks: KnownHooks;
  readonly #events: EventStore;
  readonly #refusals: Refusals;

  constructor(readonly house: House) {
    this.#hooks = new KnownHooks(house);
    this.#events = new EventStore(house.sql);
    this.#refusals = new Refusals(house);
  }

  /** Never throws what the database's absence explains: then it is 503. */
  async receive(arriving: Arriving): Promise<Reply> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Reply>(resolve => {
      timer = setTimeout(() => resolve(later), patienceMs);
    });
    try {
      return await Promise.race([this.#take(arriving), late]);
    } catch (error) {
      if (error instanceof TooManyWait || isUnavailable(error)) return later;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  async #take(arriving: Arriving): Promise<Reply> {
    let hook = await this.#hooks.find(arriving.hookId);
    let received = hook && this.#judge(hook, arriving);
    // It may have got another secret, or be subscribed to, since somebody looked.
    if (received?.kind === 'refused') {
      hook = await this.#hooks.find(arriving.hookId, { anew: true });
      received = hook && this.#judge(hook, arriving);
    }
    if (hook === undefined || received === undefined) return { status: 404 };
    const { platform } = hook;
    const count = (outcome: string): void =>
      this.house.metrics.count('patchbay_inbound_events_total', { platform, outcome });
    switch (received.kind) {
      case 'challenge':
        count('challenge');
        await this.#prove(hook);
        return { status: 200, ...received.answer };
      case 'refused':
        count(received.reason);
        this.house.log.info('An inbound event was refused.', { hookId: hook.id, platform, reason: received.reason });
        if (!hook.awaitsChallenge) this.#refusals.add(hook.id);
        if (received.reason === 'too-large') return { status: 413 };
        // The secret of a subscription that is being made may be on its way.
        return hook.awaitsChallenge ? later : { status: 401 };
      case 'genuine': {
        const fresh = await this.#events.store({ hook, event: received });
        count(fresh > 0 ? 'stored' : 'repeated');
        return { status: 200 };
      }
    }
  }

  #judge(hook: KnownHook, { url, headers, body }: Arriving): Received | undefined {
    const { webhooks } = connectorFor(this.house, hook.platform);
    const { secrets, awaitsChallenge } = hook;
    return (
      webhooks && judge(webhooks, { url, headers, body }, { url, secrets, awaitsChallenge }, this.house.clock.now())
    );
  }

  /** That the platform reaches this address. */
  async #prove({ id, isProven }: KnownHook): Promise<void> {
    if (isProven) return;
    await this.house.sql.transaction('all', tx =>
      tx.rows('update hooks set proven_at = business_now() where id = $1 and proven_at is null', [id]),
    );
  }
}

const later: Reply = { status: 503, headers: { 'retry-after': '5' } };
