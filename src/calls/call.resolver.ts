import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { connectorFor } from '../catalog/index.js';
import { notFound } from '../core/errors.js';
import type { Role } from '../core/role.js';
import { PageArguments } from '../customers/index.js';
import type { Scope } from '../scope.js';
import { Call, Provenance, Transcript } from './call.entity.js';
import { CallFilter, CallPage } from './call.type.js';
import { readCalls } from './read-calls.js';
import { readTranscript } from './read-transcript.js';
import { transcriptOrigin } from './transcript-origin.js';

@Resolver(() => Call)
export class CallResolver {
  @Authorized<Role>(['admin', 'cs', 'service', 'customer'])
  @Query(() => CallPage, { description: 'Calls of one customer, latest first.' })
  calls(
    @Arg('customerId', () => ID, { description: 'Whose calls.' }) customerId: string,
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() scope: Scope,
    @Arg('filter', () => CallFilter, { nullable: true, description: 'Which of them.' }) filter?: CallFilter,
  ): Promise<CallPage> {
    return readCalls(scope, customerId, filter ?? new CallFilter(), page);
  }

  @Authorized<Role>(['admin', 'cs', 'service', 'customer'])
  @Query(() => Call, { description: 'One call.' })
  async call(
    @Arg('id', () => ID, { description: 'Id of the call in this hub.' }) id: string,
    @Ctx() scope: Scope,
  ): Promise<Call> {
    const call = await scope.em.findOne(Call, { id });
    if (call === null) throw notFound('call');
    return call;
  }

  @FieldResolver(() => Transcript, {
    nullable: true,
    description:
      'Who said what, and when; null when the platform has no transcript. Every reading is in the audit trail.',
  })
  transcript(@Root() call: Call, @Ctx() scope: Scope): Promise<Transcript | undefined> {
    return readTranscript(scope, call);
  }

  @FieldResolver(() => Provenance, { description: 'Where the call comes from.' })
  async provenance(@Root() call: Call, @Ctx() scope: Scope): Promise<Provenance> {
    const platform = connectorFor(scope, call.platform).manifest.name;
    return Object.assign(new Provenance(), {
      text: `Imported from ${platform} on ${call.importedAt.toISOString().slice(0, 10)}`,
      importId: call.importId ?? undefined,
      connectionId: call.connectionId,
      remoteId: call.externalId,
      transcriptOrigin: await transcriptOrigin(scope, call.id),
      importedAt: call.importedAt,
    });
  }
}
