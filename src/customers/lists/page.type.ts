import { ArgsType, type ClassType, Field, Int, ObjectType } from 'type-graphql';

@ObjectType({ description: 'Where a page of a list ends.' })
class PageInfo {
  @Field(() => String, {
    nullable: true,
    description: 'Give this as `after` to get the next page; null for an empty page.',
  })
  endCursor!: string | null;

  @Field(() => Boolean, { description: 'Whether there is a next page.' })
  hasNextPage!: boolean;
}

/** What every list takes: `@Args(() => PageArguments) page: PageArguments`. */
@ArgsType()
export class PageArguments {
  @Field(() => Int, { defaultValue: 50, description: 'How many, at most 100.' })
  first!: number;

  @Field(() => String, { nullable: true, description: '`pageInfo.endCursor` of the page before.' })
  after?: string;
}

export interface Page<T> {
  nodes: T[];
  pageInfo: PageInfo;
  totalCount: number;
}

/** What every page has in common: `class CustomerPage extends pageOf(Customer) {}`, itself an `@ObjectType`. */
export function pageOf<T extends object>(Node: ClassType<T>): abstract new () => Page<T> {
  @ObjectType()
  abstract class SomePage implements Page<T> {
    @Field(() => [Node], { description: 'What is on this page.' })
    nodes!: T[];

    @Field(() => PageInfo, { description: 'Where this page ends.' })
    pageInfo!: PageInfo;

    @Field(() => Int, { description: 'How many there are on all pages.' })
    totalCount!: number;
  }
  return SomePage;
}
