import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { BigIntType } from '@mikro-orm/postgresql';

/** Where a chain ends. Its digest has a key of its own, so it cannot be made from the entries. */
@Entity({ tableName: 'audit_heads' })
export class AuditHead {
  @PrimaryKey({ type: 'text' })
  chain!: string;

  @Property({ type: 'uuid', nullable: true })
  customerId!: string | null;

  @Property({ type: new BigIntType('number') })
  number!: number;

  @Property({ type: 'blob' })
  digest!: Buffer;
}
