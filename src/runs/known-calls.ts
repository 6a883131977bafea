/**
 * What a sync knows of the calls that a page lists: it reads the same stretch again and again, and stores only what is new.
 *
 * A call is unchanged while its item in the list is, byte for byte, the one that it was stored from. A digest tells, so that
 * nothing has to be decrypted.
 */
import type { Keyring, Sql } from '../core/ports.js';
import type { FetchedCall, Known } from '../engine/index.js';

/** Whose calls, and what is looked after. */
export interface KnownOptions {
  readonly customerId: string;
  readonly platform: string;
  readonly accountId: string;
  readonly withTranscripts: boolean;
  /** Looks also after transcripts that were not there when their calls were stored long ago. */
  readonly thorough: boolean;
  /** Takes nothing for known. */
  readonly afresh?: boolean;
}

interface Row {
  readonly external_id: string;
  readonly listed_digest: Buffer | null;
  readonly is_told: boolean;
  readonly is_recent: boolean;
  readonly is_removed: boolean;
}

/** So long a transcript that is missing is looked for each time. */
const recently = "interval '2 hours'";

export class KnownCalls {
  readonly #digests = new Map<string, Buffer>();

  constructor(
    readonly house: { readonly sql: Sql; readonly keyring: Keyring },
    readonly options: KnownOptions,
  ) {}

  /** Of the item that a call of the page was last listed as. */
  digestOf(externalId: string): Buffer | undefined {
    return this.#digests.get(externalId);
  }

  async look(listed: readonly FetchedCall[]): Promise<Known> {
    const { sql, keyring } = this.house;
    for (const { draft, document } of listed) {
      this.#digests.set(draft.externalId, keyring.digest('listed call', document));
    }
    if (this.options.afresh === true) return { unchanged: new Set(), told: new Set() };
    const ids = listed.map(({ draft }) => draft.externalId);
    const { customerId, platform, accountId } = this.options;
    const rows = await sql.transaction({ customerId }, tx =>
      tx.rows<Row>(question, [customerId, platform, accountId, ids]),
    );
    const held = new Map(rows.map(row => [row.external_id, row]));
    const unchanged = listed.filter(call => this.#isUnchanged(call, held.get(call.draft.externalId)));
    return {
      unchanged: new Set(unchanged.map(({ draft }) => draft.externalId)),
      told: new Set(rows.filter(({ is_told }) => is_told).map(({ external_id }) => external_id)),
    };
  }

  #isUnchanged({ draft, transcript }: FetchedCall, held: Row | undefined): boolean {
    if (held === undefined || held.listed_digest === null || held.is_removed) return false;
    if (this.#digests.get(draft.externalId)?.equals(held.listed_digest) !== true) return false;
    if (held.is_told || !this.options.withTranscripts) return true;
    return transcript === undefined && !this.options.thorough && !held.is_recent;
  }
}

const question = `
select c.external_id, c.listed_digest, t.call_id is not null as is_told, c.imported_at > clock_timestamp() - ${recently} as is_recent,
  c.removed_at is not null as is_removed
from calls c left join transcripts t on t.call_id = c.id
where c.customer_id = $1 and c.platform = $2 and c.account_id = $3 and c.external_id = any ($4)`;
