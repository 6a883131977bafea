import type { Connector } from '#connector';
import type { Found } from './probe-account.js';
import type { Refreshable, StoredSecret } from './store-credential.js';

/** An account whose credential works. Nothing of it is stored yet. */
export interface Probed extends StoredSecret, Found {
  readonly platform: string;
  readonly connector: Connector;
  /** Absent: there is nothing to refresh. */
  readonly refreshable?: Refreshable;
}
