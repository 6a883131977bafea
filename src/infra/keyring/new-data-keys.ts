import type { Bus } from '../../core/ports.js';
import type { OpenKeyring } from '../keyring.js';

const topic = 'data-keys';

/** Tells all processes that an owner has a newer data key. Who does not hear it finds it within five minutes. */
export function tellOfNewDataKey(bus: Bus, owner: string): void {
  bus.publish(topic, { owner });
}

/** Until the bus closes. */
export function followNewDataKeys(bus: Bus, keyring: OpenKeyring): void {
  const news = bus.listen(topic, new AbortController().signal);
  void (async () => {
    for await (const event of news) {
      if (event.kind === 'message') keyring.lookAgain((event.message as { owner: string }).owner);
    }
  })();
}
