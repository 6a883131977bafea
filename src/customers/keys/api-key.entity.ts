import { Entity, ManyToOne, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID, ObjectType } from 'type-graphql';
import type { Role } from '../../core/role.js';
import { RoleEnum } from '../role.type.js';
import { Staff } from '../staff/staff.entity.js';

/** `issued` over the API; `configured` by PATCHBAY_ADMIN_KEY; `first` by a hub that had no admin key. */
export type KeyOrigin = 'issued' | 'configured' | 'first';

@Entity({ tableName: 'api_keys' })
@ObjectType({ description: 'What a program or a member of staff proves itself with. The secret itself is not kept.' })
export class ApiKey {
  @PrimaryKey({ type: 'uuid' })
  @Field(() => ID, { description: 'Id of the key; not a secret.' })
  id!: string;

  @Property({ type: 'text' })
  @Field(() => String, { description: 'What the key is for.' })
  label!: string;

  @Property({ type: 'text' })
  @Field(() => RoleEnum, { description: 'What the key may do.' })
  role!: Role;

  @Property({ type: 'uuid', nullable: true })
  @Field(() => ID, {
    nullable: true,
    description: 'For the role CUSTOMER: the only customer that exists for this key.',
  })
  customerId!: string | null;

  @ManyToOne({ entity: () => Staff, nullable: true })
  @Field(() => Staff, { nullable: true, description: 'Whose key it is; null for a program or a customer.' })
  staff!: Staff | null;

  @Property({ type: 'text' })
  origin!: KeyOrigin;

  /** SHA-256 of the secret. The secret has 256 random bits, so nothing slower is needed. */
  @Property({ type: 'blob', lazy: true })
  hash!: Buffer;

  @Property({ type: 'timestamptz' })
  @Field(() => Date, { description: 'When the key was made.' })
  createdAt!: Date;

  @Property({ type: 'timestamptz', nullable: true })
  @Field(() => Date, { nullable: true, description: 'When the key stops working by itself; null for never.' })
  expiresAt!: Date | null;

  @Property({ type: 'timestamptz', nullable: true })
  @Field(() => Date, { nullable: true, description: 'When the key was revoked; null while it works.' })
  revokedAt!: Date | null;

  @Property({ type: 'timestamptz', nullable: true })
  @Field(() => Date, { nullable: true, description: 'When the key was last used, to the minute; null for never.' })
  lastUsedAt!: Date | null;
}
