import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** The secret behind a connection, sealed. Never a GraphQL type. */
@Entity({ tableName: 'credentials' })
export class Credential {
  @PrimaryKey({ type: 'uuid' })
  connectionId!: string;

  @Property({ type: 'uuid' })
  customerId!: string;

  /** Grows with every renewal, so that an older secret put back into the row never decrypts. */
  @Property({ type: 'integer' })
  epoch!: number;

  @Property({ type: 'bytea' })
  sealed!: Buffer;

  @Property({ type: 'timestamptz' })
  storedAt!: Date;
}
