import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** A credential that nobody uses any more and that its platform is to revoke, sealed until it has. Never a GraphQL type. */
@Entity({ tableName: 'revocations' })
export class Revocation {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'uuid' })
  connectionId!: string;

  @Property({ type: 'uuid' })
  customerId!: string;

  @Property({ type: 'text' })
  platform!: string;

  @Property({ type: 'uuid', nullable: true })
  appId!: string | null;

  @Property({ type: 'bytea' })
  sealed!: Buffer;
}
