import type { Connector, Lack } from '#connector';
import { connectorFor } from '../catalog/index.js';
import { type AuthSource, makeAsk } from '../engine/index.js';
import { type AccountPacer, pacerFor, usageOf } from '../quota/index.js';
import type { Scope } from '../scope.js';
import type { Connection } from './connection.entity.js';
import { notReady } from './require-ready.js';
import { noteUse } from './health/note-use.js';
import { stillWorks } from './still-works.js';
import { keeperOf, type Pass } from './tokens/keeper.js';

/** A connected account, ready to be asked. */
export interface OpenAccount {
  readonly connector: Connector;
  readonly ask: ReturnType<typeof makeAsk>;
  readonly pacer: AccountPacer;
  /** Of the credential that was used last. */
  readonly epoch: number;
  /** What the platform does not allow to whoever comes in as we do. */
  readonly lacks: readonly Lack[];
}

/**
 * @param leavesRoom asked before each request: whether it stands back for others who ask the same account. Default: no.
 * @throws CallerError CONNECTION_NOT_READY when the credential must be renewed first.
 */
export async function openAccount(
  scope: Scope,
  connection: Connection,
  onRequest?: () => void,
  leavesRoom?: () => Promise<boolean>,
): Promise<OpenAccount> {
  requireReady(connection);
  const connector = connectorFor(scope, connection.platform);
  const pacer = pacerFor(scope, connector, connection.accountId, leavesRoom);
  const used = usageOf(scope, connector, connection.accountId);
  const auth = new AccountAuth(scope, connection);
  await auth.take();
  await noteUse(scope, connection);
  const ask = makeAsk({
    connector,
    egress: scope.egress,
    authHeaders: auth,
    settings: connection.settings,
    baseUrl: scope.apiUrls.get(connector.manifest.id),
    mediaUrl: scope.mediaUrls.get(connector.manifest.id),
    pacer,
    signal: scope.signal,
    clock: scope.clock,
    log: scope.log,
    onRequest: ({ group, waitedMs }) => {
      used(group, waitedMs);
      onRequest?.();
    },
  });
  return {
    ...{ connector, ask, pacer },
    get epoch() {
      return auth.epoch;
    },
    get lacks() {
      return auth.lacks;
    },
  };
}

/** What opens the account, asked for at every use. */
class AccountAuth implements AuthSource {
  #kept: Pass | undefined;
  epoch = 0;
  lacks: readonly Lack[] = [];
  readonly #epochs = new WeakMap<object, number>();

  constructor(
    readonly scope: Scope,
    readonly connection: Connection,
  ) {}

  async take(): Promise<Pass['headers']> {
    const pass = this.#kept ?? (await this.#wanted(keeperOf(this.scope).take(this.connection)));
    this.#kept = pass.isLasting ? pass : undefined;
    return this.#remember(pass);
  }

  async hasNewer(refused: Pass['headers']): Promise<boolean> {
    this.#kept = undefined;
    const pass = await this.#wanted(keeperOf(this.scope).take(this.connection));
    return pass.epoch !== this.#epochs.get(refused);
  }

  async renew(refused: Pass['headers']): Promise<boolean> {
    const epoch = this.#epochs.get(refused);
    const pass = await this.#wanted(keeperOf(this.scope).take(this.connection, epoch));
    return pass.epoch !== epoch;
  }

  #remember({ headers, epoch, lacks }: Pass): Pass['headers'] {
    this.epoch = epoch;
    this.lacks = lacks;
    this.#epochs.set(headers, epoch);
    return headers;
  }

  /** Whoever does not want it any more stops waiting; a refresh goes on without them. */
  async #wanted(pass: Promise<Pass>): Promise<Pass> {
    const { signal } = this.scope;
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const leave = (): void => reject(signal.reason as Error);
      signal.addEventListener('abort', leave, { once: true });
      pass.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
    });
  }
}

export function requireReady(connection: Connection): void {
  if (!stillWorks(connection)) throw notReady(connection);
}
