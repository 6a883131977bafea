import { PostgreSqlConnection, PostgreSqlDriver } from '@mikro-orm/postgresql';
import pg, { type Pool, type QueryResult } from 'pg';
import { traceparent, traceVariable } from '../core/traces.js';

type Work = Parameters<PostgreSqlConnection['transactional']>[0];
type Options = NonNullable<Parameters<PostgreSqlConnection['transactional']>[1]>;
type Transaction = Parameters<Work>[0];
type Asked = Parameters<Transaction['executeQuery']>;

/**
 * PostgreSQL, with reads that stand alone sent in one trip instead of four.
 *
 * Row-level security reads session variables that live as long as a transaction, so even a lone `select` needs one. The
 * ORM opens it, sets the variables, asks and commits, and waits each time. PostgreSQL takes all that in one message:
 * several statements in one are a transaction by themselves, and what was set in it ends with it.
 */
export class OneTripDriver extends PostgreSqlDriver {
  protected override readonly connection = new OneTripConnection(this.config);
}

class OneTripConnection extends PostgreSqlConnection {
  override async transactional<T>(work: (transaction: Transaction) => Promise<T>, options: Options = {}): Promise<T> {
    const { sessionContext: { variables, role } = {}, eventBroadcaster, ctx } = options;
    // Transactions that somebody asked for have a broadcaster; those that only carry the variables have none.
    const carries =
      variables !== undefined && role === undefined && eventBroadcaster === undefined && ctx === undefined;
    if (!carries) return super.transactional(work, traced(options));
    const begin = () => this.begin(traced(options));
    const statements = new Statements(await this.getNativeClient(), settings(variables), begin);
    try {
      const result = await work(statements as unknown as Transaction);
      if (statements.begun !== undefined) await this.commit(statements.begun);
      return result;
    } catch (error) {
      // The rollback's own error would hide why it is made.
      if (statements.begun !== undefined) await this.rollback(statements.begun).catch(() => undefined);
      throw error;
    }
  }
}

/** What the ORM takes for a transaction. It begins with the first statement that is not a `select`. */
class Statements {
  begun: Transaction | undefined;

  constructor(
    readonly pool: Pool,
    readonly settings: string,
    readonly begin: () => Promise<Transaction>,
  ) {}

  async executeQuery(...[statement, ...more]: Asked): Promise<{ readonly rows: unknown[] }> {
    if (this.begun === undefined && 'sql' in statement && /^select /i.test(statement.sql)) {
      // Several statements have several results, which the types do not know.
      const results = (await this.pool.query(this.settings + statement.sql)) as unknown as QueryResult[];
      return { rows: results.at(-1)?.rows ?? [] };
    }
    this.begun ??= await this.begin();
    return this.begun.executeQuery(statement, ...more);
  }
}

/** With the span in which it begins. One that is part of another has the other's. */
function traced(options: Options): Options {
  const { sessionContext } = options;
  const parent = traceparent();
  if (parent === undefined || sessionContext === undefined) return options;
  const variables = { ...sessionContext.variables, [traceVariable]: parent };
  return { ...options, sessionContext: { ...sessionContext, variables } };
}

function settings(variables: Readonly<Record<string, unknown>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `set local ${pg.escapeIdentifier(name)} = ${pg.escapeLiteral(String(value))};`)
    .join('');
}
