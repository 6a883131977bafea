import { Field, Int, ObjectType } from 'type-graphql';
import { pageOf } from '../lists/page.type.js';
import { AuditEntry } from './audit-entry.entity.js';

@ObjectType({ description: 'A page of an audit trail, newest first.' })
export class AuditEntryPage extends pageOf(AuditEntry) {}

@ObjectType({ description: 'Whether an audit trail is as it was written.' })
export class AuditTrail {
  @Field(() => Boolean, { description: 'False when an entry was edited, moved, deleted or cut off.' })
  intact!: boolean;

  @Field(() => Int, { description: 'How many entries there are up to the first broken place.' })
  entries!: number;

  @Field(() => Int, { nullable: true, description: 'Number of the first broken entry; null when all is well.' })
  brokenAt!: number | undefined;

  @Field(() => String, {
    nullable: true,
    description: 'Digest of the end. Kept elsewhere, it proves later that the trail was not rolled back.',
  })
  head!: string | undefined;
}
