import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** The platform's own transcript document: compressed, then sealed. Never a GraphQL type. */
@Entity({ tableName: 'transcripts' })
export class StoredTranscript {
  @PrimaryKey({ type: 'uuid' })
  callId!: string;

  @Property({ type: 'uuid' })
  customerId!: string;

  @Property({ type: 'text' })
  origin!: 'platform' | 'ours';

  @Property({ type: 'bytea', lazy: true })
  document!: Buffer;
}
