import {
  type Constructor,
  type Dictionary,
  EntityManager,
  type EntityMetadata,
  type EntityProperty,
  type Platform,
  ReferenceKind,
} from '@mikro-orm/postgresql';
import { PreparedSelect, type Row } from './prepared-select.js';

type FindOne = EntityManager['findOne'];
type Plain = Readonly<Record<string, string>>;

/** Columns whose values are written as they are, and what their values look like. */
const texts: Readonly<Record<string, RegExp>> = {
  uuid: /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i,
  text: /^/,
};

/** What a connection had prepared is gone or there twice, or no longer fits the table. */
const outdated = new Set(['26000', '42P05', '0A000']);

/**
 * An entity manager that looks one thing up by plain values without building a query, which takes longer than the
 * database does, and with a statement that is planned once. Every query by id begins so. All else goes the usual way:
 * what has options, is in a transaction, or may already be in memory.
 *
 * @param filtered conditions that the filters add.
 */
export function quickEntityManager(filtered: (em: EntityManager, entity: string) => Plain): Constructor<EntityManager> {
  const known = new WeakMap<EntityMetadata, Looks>();
  const looksOf = (em: EntityManager, meta: EntityMetadata): Looks => {
    const looks = known.get(meta) ?? new Looks(meta, em.getPlatform());
    known.set(meta, looks);
    return looks;
  };

  return class QuickEntityManager extends EntityManager {
    override findOne = (async (...asked: Parameters<FindOne>) => {
      const [entityName, where, options] = asked;
      const variables = this.getSessionContext()?.variables;
      if (options !== undefined || variables === undefined || !isUnused(this)) return super.findOne(...asked);
      const meta = this.getMetadata(entityName as never) as EntityMetadata;
      // Side by side: what is asked for never takes the place of a filter.
      const wanted = [...Object.entries(where), ...Object.entries(filtered(this, meta.className))];
      const look = looksOf(this, meta).find(wanted, Object.keys(variables));
      if (look === undefined) return super.findOne(...asked);
      const settings = Object.values(variables) as string[];
      const values = wanted.map(([, value]) => value as string);
      let row: Row | undefined;
      try {
        row = await look.ask(await this.getConnection().getNativeClient(), settings, values);
      } catch (error) {
        if (outdated.has(String((error as { code?: unknown }).code))) return super.findOne(...asked);
        throw error;
      }
      if (row === undefined) return null;
      const data = this.getDriver().mapResult(row, meta) as Dictionary;
      return this.getEntityFactory().create(meta.class, data, { merge: true, convertCustomTypes: true });
    }) as FindOne;
  };
}

/** Whether nothing was read or changed with it yet. */
function isUnused(em: EntityManager): boolean {
  const unit = em.getUnitOfWork(false);
  return !em.isInTransaction() && unit.getIdentityMap().keys().length === 0 && unit.getPersistStack().size === 0;
}

/** The looks at one table, by what is asked for. */
class Looks {
  readonly #select: string | undefined;
  readonly #known = new Map<string, PreparedSelect>();

  constructor(
    readonly meta: EntityMetadata,
    platform: Platform,
  ) {
    this.#select = selectFrom(meta, platform);
  }

  /** Undefined when it is more than plain values of the table's own columns. */
  find(wanted: readonly [string, unknown][], variables: readonly string[]): PreparedSelect | undefined {
    if (this.#select === undefined || !wanted.every(([name, value]) => this.#isPlain(name, value))) return undefined;
    const name = wanted.map(([property]) => property).join();
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const conditions = wanted.map(([property], at) => `${columnOf(this.meta, property)} = $${at + 1}`);
    const look = new PreparedSelect(`${this.#select} where ${conditions.join(' and ')} limit 1`, variables);
    this.#known.set(name, look);
    return look;
  }

  #isPlain(name: string, value: unknown): boolean {
    const property = this.meta.properties[name as never] as EntityProperty | undefined;
    const text = texts[property?.columnTypes[0] ?? ''];
    return typeof value === 'string' && text?.test(value) === true;
  }
}

/** Undefined for what is more than its own columns. */
function selectFrom(meta: EntityMetadata, platform: Platform): string | undefined {
  const stored = meta.props.filter(({ persist }) => persist !== false);
  const simple = stored.every(
    ({ kind, eager, formula }) =>
      (kind === ReferenceKind.SCALAR || kind === ReferenceKind.MANY_TO_ONE) && eager !== true && formula === undefined,
  );
  if (!simple) return undefined;
  const columns = stored
    .filter(({ lazy }) => lazy !== true)
    .map(({ name, customType }) => {
      const column = columnOf(meta, name);
      return `${customType?.convertToJSValueSQL?.(column, platform) ?? column} as ${column}`;
    });
  return `select ${columns.join(', ')} from "${meta.tableName}"`;
}

function columnOf({ properties }: EntityMetadata, name: string): string {
  const { fieldNames } = properties[name as never] as EntityProperty;
  return `"${fieldNames[0]}"`;
}
