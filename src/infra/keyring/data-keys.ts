import { createSecretKey, type KeyObject } from 'node:crypto';
import { houseOwner, type Kms, type KmsContext, type Sql, type WrappedKey } from '../../core/ports.js';

export interface DataKey {
  readonly version: number;
  /** Bytes would be made into a key for each document anew, which takes seven times as long as encrypting it. */
  readonly key: KeyObject;
}

interface Row extends WrappedKey {
  readonly version: number;
}
interface Kept {
  rows: Promise<readonly Row[]>;
  readonly keys: Map<number, Promise<DataKey>>;
  readonly end: NodeJS.Timeout;
}

const keptMs = 5 * 60_000;

/**
 * The data keys of each owner, unwrapped when they are needed and let go after five minutes: one call of the key
 * service an owner, as long as the owner has one data key. The bytes are wiped; the runtime wipes a key object with it.
 */
export class DataKeys {
  readonly #kept = new Map<string, Kept>();

  constructor(
    readonly kms: Kms,
    readonly sql: Sql,
  ) {}

  /** What seals. Made when there is none. */
  async newest(owner: string): Promise<DataKey> {
    const kept = this.#keptOf(owner);
    const [row] = await kept.rows;
    return this.#unwrapped(owner, kept, row as Row);
  }

  /** undefined: there is no such version. */
  async ofVersion(owner: string, version: number): Promise<DataKey | undefined> {
    const kept = this.#keptOf(owner);
    const has = (row: Row): boolean => row.version === version;
    let found = (await kept.rows).find(has);
    if (found === undefined) {
      // Newer than what was read. It costs no call of the key service.
      this.#read(owner, kept);
      found = (await kept.rows).find(has);
    }
    return found && this.#unwrapped(owner, kept, found);
  }

  /** There may be newer versions: they are looked up before the next use. What is unwrapped stays so. */
  lookAgain(owner: string): void {
    const kept = this.#kept.get(owner);
    if (kept !== undefined) this.#read(owner, kept);
  }

  /** Lets go of all keys. */
  close(): void {
    for (const owner of [...this.#kept.keys()]) this.#drop(owner);
  }

  #keptOf(owner: string): Kept {
    const known = this.#kept.get(owner);
    if (known !== undefined) return known;
    const end = setTimeout(() => this.#drop(owner), keptMs).unref();
    const kept: Kept = { rows: Promise.resolve([]), keys: new Map(), end };
    this.#kept.set(owner, kept);
    this.#read(owner, kept);
    return kept;
  }

  #read(owner: string, kept: Kept): void {
    kept.rows = this.#load(owner, kept);
    kept.rows.catch(() => this.#drop(owner));
  }

  #drop(owner: string): void {
    clearTimeout(this.#kept.get(owner)?.end);
    this.#kept.delete(owner);
  }

  async #load(owner: string, kept: Kept): Promise<readonly Row[]> {
    const there = await storedKeys(this.sql, owner);
    if (there.length > 0) return there;
    const { key, ...made } = await this.kms.generate(dataKeyContext(owner, 1));
    // Whoever comes first makes the key; everybody reads the one that stands.
    const own = takenOver(1, key);
    if (await storeKey(this.sql, owner, { version: 1, ...made })) kept.keys.set(1, Promise.resolve(own));
    return storedKeys(this.sql, owner);
  }

  #unwrapped(owner: string, kept: Kept, row: Row): Promise<DataKey> {
    const known = kept.keys.get(row.version);
    if (known !== undefined) return known;
    const unwrapping = this.kms
      .unwrap(row, dataKeyContext(owner, row.version))
      .then(bytes => takenOver(row.version, bytes));
    kept.keys.set(row.version, unwrapping);
    unwrapping.catch(() => kept.keys.delete(row.version));
    return unwrapping;
  }
}

export function dataKeyContext(owner: string, version: number): KmsContext {
  return { customer: owner, purpose: 'data key', version };
}

function takenOver(version: number, bytes: Buffer): DataKey {
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return { version, key };
}

/** Newest first. */
async function storedKeys(sql: Sql, owner: string): Promise<readonly Row[]> {
  const text =
    owner === houseOwner
      ? 'select version, wrapped, wrapped_by as "wrappedBy" from house_keys order by version desc'
      : 'select version, wrapped, wrapped_by as "wrappedBy" from data_keys where customer_id = $1 order by version desc';
  return sql.transaction(reachOf(owner), tx => tx.rows<Row>(text, owner === houseOwner ? [] : [owner]));
}

/** @returns whether it was the first of its version. */
export async function storeKey(sql: Sql, owner: string, { version, wrapped, wrappedBy }: Row): Promise<boolean> {
  const [text, values] =
    owner === houseOwner
      ? [`insert into house_keys (version, wrapped, wrapped_by) values ($1, $2, $3)`, [version, wrapped, wrappedBy]]
      : [
          'insert into data_keys (customer_id, version, wrapped, wrapped_by) values ($1, $2, $3, $4)',
          [owner, version, wrapped, wrappedBy],
        ];
  const stored = await sql.transaction(reachOf(owner), tx =>
    tx.rows(`${text} on conflict do nothing returning 1`, values),
  );
  return stored.length > 0;
}

function reachOf(owner: string): 'all' | { readonly customerId: string } {
  return owner === houseOwner ? 'all' : { customerId: owner };
}
