import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';

/** An OAuth app at a platform, its secret sealed. Never a GraphQL type. */
@Entity({ tableName: 'platform_apps' })
export class StoredApp {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'text' })
  platform!: string;

  /** Whose own app it is; null: the house's, for everybody. */
  @Property({ type: 'uuid', nullable: true })
  customerId!: string | null;

  @Property({ type: 'text' })
  clientId!: string;

  /** Grows with every new secret. */
  @Property({ type: 'integer' })
  epoch!: number;

  @Property({ type: 'bytea' })
  sealed!: Buffer;

  @Property({ type: 'timestamptz' })
  createdAt!: Date;

  @Property({ type: 'timestamptz' })
  updatedAt!: Date;

  @Property({ type: 'text' })
  updatedBy!: string;
}
