import { type TestHub, testHub } from '../../kit/hub.js';
import { type GongSandbox, startGongSandbox } from '../../kit/sandbox.js';
import { connectBySignIn } from '../../kit/sign-in.js';
import { SignInResolver } from '../../kit/sign-in.resolver.js';
import { type Family, startTokenGong, type TokenGong, type TokenGongOptions } from '../../kit/token-gong.js';

/** A hub that only answers requests, so that nobody refreshes but those whom a test starts. */
export interface TokenWorld {
  readonly hub: TestHub;
  readonly gong: TokenGong;
  readonly sandbox: GongSandbox;
  /** Environment of further processes, which sweep when they are workers. */
  readonly env: Readonly<Record<string, string>>;
  connected(): Promise<Held>;
  change(id: string, columns: string): Promise<unknown>;
  health(id: string): Promise<string>;
  close(): Promise<void>;
}

export interface Held {
  readonly id: string;
  readonly customerId: string;
  readonly family: Family;
}

export async function openTokenWorld(options: Omit<TokenGongOptions, 'sandboxes'> = {}): Promise<TokenWorld> {
  const sandbox = await startGongSandbox({ account: 'acme', calls: 5 });
  const gong = await startTokenGong({ ...options, sandboxes: { acme: sandbox } });
  const hub = await testHub({ ...gong.env, PATCHBAY_ROLE: 'api' }, { resolvers: [SignInResolver] });
  return {
    ...{ hub, gong, sandbox, env: { ...hub.env, PORT: '0' } },
    async connected() {
      const { customerId, connectionId } = await connectBySignIn(hub, gong);
      return { id: connectionId, customerId, family: gong.families.at(-1) as Family };
    },
    change: (id, columns) => hub.database.query(`update credentials set ${columns} where connection_id = $1`, [id]),
    async health(id) {
      const { connection } = await hub.ask('query ($id: ID!) { connection(id: $id) { health { credential } } }', {
        id,
      });
      return connection.health.credential;
    },
    async close() {
      await hub.close();
      await gong.close();
      await sandbox.close();
    },
  };
}

/** Nobody may use it any more, and nobody refreshes it ahead of time. */
export const ended = `access_expires_at = clock_timestamp() - interval '1 s'`;
