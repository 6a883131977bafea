import type { Keyring, Sql } from '../core/ports.js';
import type { Secret } from '../core/secret.js';
import { openSecrets } from './hook-secrets.js';

/** What an arriving event is judged by. */
export interface KnownHook {
  readonly id: string;
  readonly platform: string;
  /** Undefined for the address of an app, whose events name their accounts. */
  readonly connectionId: string | undefined;
  readonly secrets: readonly Secret<string>[];
  readonly awaitsChallenge: boolean;
  readonly isProven: boolean;
}

interface Row {
  readonly id: string;
  readonly platform: string;
  readonly customer_id: string | null;
  readonly connection_id: string | null;
  readonly epoch: number;
  readonly sealed: Buffer | null;
  readonly awaits: boolean;
  readonly proven: boolean;
}

const rememberedMs = 1_000;
const mostRemembered = 10_000;

/** Hooks, remembered for a second: a burst of events costs one look. */
export class KnownHooks {
  readonly #known = new Map<string, { readonly at: number; readonly hook: Promise<KnownHook | undefined> }>();

  constructor(readonly house: { readonly sql: Sql; readonly keyring: Keyring }) {}

  /** Undefined: there is none, or no longer. @param anew looks, though somebody may have looked a moment ago. */
  async find(id: string, { anew = false } = {}): Promise<KnownHook | undefined> {
    const known = this.#known.get(id);
    if (!anew && known !== undefined && performance.now() - known.at < rememberedMs) return known.hook;
    const hook = this.#look(id);
    this.#known.delete(id);
    this.#known.set(id, { at: performance.now(), hook });
    if (this.#known.size > mostRemembered) this.#known.delete(this.#known.keys().next().value ?? '');
    hook.catch(() => this.#known.delete(id));
    return hook;
  }

  async #look(id: string): Promise<KnownHook | undefined> {
    const { sql, keyring } = this.house;
    const [row] = await sql.transaction('all', tx => tx.rows<Row>(question, [id]));
    if (row === undefined) return undefined;
    const { platform, customer_id: customerId, connection_id, awaits, proven, epoch, sealed } = row;
    return {
      ...{ id, platform, connectionId: connection_id ?? undefined },
      secrets: await openSecrets(keyring, { id, customerId, epoch, sealed }),
      awaitsChallenge: awaits,
      isProven: proven,
    };
  }
}

const question = `
select id, platform, customer_id, connection_id, epoch, sealed, proven_at is not null as proven,
  coalesce(awaits_until > clock_timestamp(), false) as awaits
from hooks where id = $1`;
