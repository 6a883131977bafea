import { hash } from 'node:crypto';
import pg, { type Pool } from 'pg';

export type Row = Record<string, unknown>;

/** The driver's own connection, whose published types are of a version long ago. */
interface Connection {
  readonly stream: { cork(): void; uncork(): void };
  parse(message: Statement): void;
  bind(message: { readonly statement: string; readonly values: readonly string[] }): void;
  describe(message: { readonly type: 'P' }): void;
  execute(): void;
  sync(): void;
}

interface Statement {
  readonly name: string;
  readonly text: string;
}

interface Column {
  readonly name: string;
  readonly dataTypeID: number;
}

type Fields = readonly (string | null)[];
type Answered = (error: Error | null | undefined, fields?: Fields) => void;

/** What each connection has parsed, and therefore plans no more. */
const prepared = new WeakMap<Connection, Set<string>>();

/**
 * A `select` of one row that is asked over and over, with values in the places of `$1`, `$2`.
 *
 * The settings that row-level security reads and the question travel together. Everything up to the end of such a
 * message is one transaction, so what was set ends with it.
 */
export class PreparedSelect {
  /** Of what it answers, the same from every connection; known after the first answer. */
  columns: readonly Column[] | undefined;
  readonly statements: readonly [settings: Statement, select: Statement];

  /** @param variables names of the settings. */
  constructor(text: string, variables: readonly string[]) {
    const set = variables.map((name, at) => `set_config(${pg.escapeLiteral(name)}, $${at + 1}, true)`);
    this.statements = [statement(`select ${set.join(', ')}`), statement(text)];
  }

  /** The first row. A connection on which it failed is given up, and with it whatever was half prepared there. */
  async ask(pool: Pool, settings: readonly string[], values: readonly string[]): Promise<Row | undefined> {
    const fields = await new Promise<Fields | undefined>((resolve, reject) => {
      const answered: Answered = (error, found) => (error == null ? resolve(found) : reject(error));
      // The driver's types do not know that `query` takes this and a callback.
      void pool.query(new Trip(this, [settings, values]) as never, answered as never);
    });
    if (fields === undefined) return undefined;
    const types = pool.options.types ?? pg.types;
    const row: Row = {};
    for (const [at, { name, dataTypeID }] of (this.columns ?? []).entries()) {
      const text = fields[at];
      row[name] = text == null ? null : types.getTypeParser(dataTypeID, 'text')(text);
    }
    return row;
  }
}

function statement(text: string): Statement {
  return { name: hash('sha256', text).slice(0, 32), text };
}

/** What the driver calls while it sends and hears. */
class Trip {
  /** Put in place by the driver. */
  callback: Answered | undefined;
  #answered = 0;
  #fields: Fields | undefined;

  constructor(
    readonly select: PreparedSelect,
    readonly values: readonly [settings: readonly string[], select: readonly string[]],
  ) {}

  submit(connection: Connection): null {
    const { statements, columns } = this.select;
    const known = prepared.get(connection);
    connection.stream.cork();
    for (const [at, one] of statements.entries()) {
      if (known?.has(one.name) !== true) connection.parse(one);
      connection.bind({ statement: one.name, values: this.values[at] as readonly string[] });
      if (at === 1 && columns === undefined) connection.describe({ type: 'P' });
      connection.execute();
    }
    connection.sync();
    connection.stream.uncork();
    return null;
  }

  handleRowDescription({ fields }: { readonly fields: readonly Column[] }): void {
    this.select.columns = fields;
  }

  handleDataRow({ fields }: { readonly fields: Fields }): void {
    // The settings answer too.
    if (this.#answered > 0) this.#fields ??= fields;
  }

  handleCommandComplete(_message: unknown, connection: Connection): void {
    const known = prepared.get(connection) ?? new Set();
    const one = this.select.statements[this.#answered];
    if (one !== undefined && !known.has(one.name)) prepared.set(connection, known.add(one.name));
    this.#answered += 1;
  }

  handleError(error: Error): void {
    this.callback?.(error);
  }

  handleReadyForQuery(): void {
    this.callback?.(null, this.#fields);
  }
}
