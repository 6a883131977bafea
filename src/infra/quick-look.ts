import {
  type Constructor,
  type Dictionary,
  EntityManager,
  type EntityMetadata,
  type EntityProperty,
  type Platform,
  ReferenceKind,
} from '@mikro-orm/postgresql';

type FindOne = EntityManager['findOne'];
/** Columns whose values are written as they are. */
const texts: readonly unknown[] = ['uuid', 'text'];

type Plain = Readonly<Record<string, string>>;

/**
 * An entity manager that looks one thing up by plain values without building a query, which takes longer than the
 * database does. Every query by id begins so. All else goes the usual way: what has options, is in a transaction, or may
 * already be in memory.
 *
 * @param filtered conditions that the filters add.
 */
export function quickEntityManager(filtered: (em: EntityManager, entity: string) => Plain): Constructor<EntityManager> {
  const known = new WeakMap<EntityMetadata, string | undefined>();
  const selectOf = (em: EntityManager, meta: EntityMetadata): string | undefined => {
    if (!known.has(meta)) known.set(meta, selectFrom(meta, em.getPlatform()));
    return known.get(meta);
  };

  return class QuickEntityManager extends EntityManager {
    override findOne = (async (...asked: Parameters<FindOne>) => {
      const [entityName, where, options] = asked;
      const meta = this.getMetadata(entityName as never) as EntityMetadata;
      const select = options === undefined && isUnused(this) && isPlain(where, meta) ? selectOf(this, meta) : undefined;
      if (select === undefined) return super.findOne(...asked);
      // Side by side: what is asked for never takes the place of a filter.
      const wanted = [...Object.entries(where), ...Object.entries(filtered(this, meta.className))];
      if (!wanted.every(([name]) => name in meta.properties)) return super.findOne(...asked);
      const conditions = wanted.map(([name]) => `${columnOf(meta, name)} = ?`).join(' and ');
      const values = wanted.map(([, value]) => value);
      const [row] = await this.execute<Dictionary[]>(`${select} where ${conditions} limit 1`, values);
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

function isPlain(where: unknown, { properties }: EntityMetadata): where is Plain {
  return (
    typeof where === 'object' &&
    where !== null &&
    Object.entries(where).every(
      ([name, value]) =>
        typeof value === 'string' &&
        texts.includes((properties[name as never] as EntityProperty | undefined)?.columnTypes[0]),
    )
  );
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
