import {
  Arg,
  Args,
  Authorized,
  Ctx,
  Extensions,
  FieldResolver,
  ID,
  Mutation,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { notFound } from '../core/errors.js';
import type { Role } from '../core/role.js';
import { Customer, customerOf, IdempotencyKey, onceFor, PageArguments, readPage } from '../customers/index.js';
import type { Scope } from '../scope.js';
import { importCredential } from './brought/import-credential.js';
import { connectWithSecret } from './connect-with-secret.js';
import { Connection, CredentialHealth } from './connection.entity.js';
import { ConnectionPage, ConnectWithSecretInput, ImportCredentialInput } from './connection.type.js';
import { disconnect } from './disconnect.js';
import { readConnection } from './read-connection.js';
import { CredentialRevocation } from './revocations/revocation.type.js';
import { revocationOf } from './revocations/revocation-of.js';
import { watchConnections } from './watch-connections.js';

@Resolver(() => Connection)
export class ConnectionResolver {
  @Authorized<Role>(['admin', 'cs', 'service', 'customer'])
  @Extensions({ asksPlatform: true })
  @Mutation(() => Connection, {
    description:
      'Connects an account by values that are entered: a key, or what brings tokens without a sign-in, which are then kept fresh. The platform is asked first; nothing is stored when it refuses. The same account again renews its credential, and what was paused for it goes on.',
  })
  connectWithSecret(
    @Arg('input', () => ConnectWithSecretInput, { description: 'Whose account, on which platform, and its key.' })
    input: ConnectWithSecretInput,
    @Ctx() scope: Scope,
    @IdempotencyKey() key?: string | null,
  ): Promise<Connection> {
    return connectWithSecret(scope, input, onceFor(key, 'connectWithSecret', input));
  }

  @Authorized<Role>(['admin'])
  @Extensions({ asksPlatform: true })
  @Mutation(() => Connection, {
    description:
      'Brings in tokens that another system holds, for the same app at the platform: the account is looked up, the tokens are refreshed once, and are ours from then on. When something fails, nothing is connected; bring the same tokens again, and it goes on from where it was.',
  })
  importCredential(
    @Arg('input', () => ImportCredentialInput, { description: 'The tokens, and whose they are.' })
    input: ImportCredentialInput,
    @Ctx() scope: Scope,
  ): Promise<Connection> {
    return importCredential(scope, input);
  }

  @Authorized<Role>(['admin', 'cs', 'service', 'customer'])
  @Mutation(() => Connection, {
    description:
      'Destroys the credential of a connection, and has it revoked at the platform where that is possible; `revocation` says how that went. Imports through it stop within seconds and pause; imported calls stay. The same account can be connected again. Doing it again changes nothing.',
  })
  disconnect(
    @Arg('connectionId', () => ID, { description: 'Id of the connection.' }) connectionId: string,
    @Ctx() scope: Scope,
  ): Promise<Connection> {
    return disconnect(scope, connectionId);
  }

  @FieldResolver(() => Customer, { description: 'The customer it belongs to.' })
  async customer(@Root() { customerId }: Connection, @Ctx() scope: Scope): Promise<Customer> {
    const customer = await customerOf(scope, customerId);
    if (customer === undefined) throw notFound('customer');
    return customer;
  }

  @FieldResolver(() => CredentialRevocation, {
    nullable: true,
    description: 'What became of the credential at the platform; null while the account is connected.',
  })
  revocation(@Root() connection: Connection, @Ctx() scope: Scope): CredentialRevocation | null {
    return revocationOf(scope, connection);
  }

  @Authorized<Role>(['admin', 'cs', 'service', 'customer'])
  @Query(() => ConnectionPage, { description: 'Connections, newest first.' })
  connections(
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() scope: Scope,
    @Arg('customerId', () => ID, { nullable: true, description: 'Only those of this customer.' }) customerId?: string,
    @Arg('platform', () => ID, { nullable: true, description: 'Only those to this platform.' }) platform?: string,
    @Arg('credential', () => [CredentialHealth], {
      nullable: true,
      description: 'Only those whose credential is in one of these states.',
    })
    credential?: CredentialHealth[],
  ): Promise<ConnectionPage> {
    const where = {
      ...(customerId != null && { customerId }),
      ...(platform != null && { platform }),
      ...(credential != null && { credentialHealth: { $in: credential } }),
    };
    return readPage(scope.em, Connection, where, page, 'createdAt');
  }

  @Authorized<Role>(['admin', 'cs', 'service', 'customer'])
  @Query(() => Connection, { description: 'One connection.' })
  connection(
    @Arg('id', () => ID, { description: 'Id of the connection.' }) id: string,
    @Ctx() scope: Scope,
  ): Promise<Connection> {
    return readConnection(scope, id);
  }

  @Authorized<Role>(['admin', 'cs', 'service', 'customer'])
  @Subscription(() => Connection, {
    description:
      'A connection whenever something about it has changed, as it then is. Read `connections` after subscribing to know how they stand now.',
    subscribe: ({ args, context }) =>
      watchConnections(context as Scope, (args as { customerId?: string | null }).customerId),
  })
  connectionChanged(
    @Root() connection: Connection,
    @Arg('customerId', () => ID, { nullable: true, description: 'Only those of this customer.' }) _customerId?: string,
  ): Connection {
    return connection;
  }
}
