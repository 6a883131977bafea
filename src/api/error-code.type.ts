import { Authorized, Field, ObjectType, Query, Resolver, registerEnumType } from 'type-graphql';
import { type ErrorCode, errorCodes } from '../core/errors.js';
import { type Role, roles } from '../core/role.js';

const codes = Object.keys(errorCodes) as ErrorCode[];

const ErrorCodeEnum = Object.fromEntries(codes.map(code => [code, code])) as Record<ErrorCode, ErrorCode>;
registerEnumType(ErrorCodeEnum, {
  name: 'ErrorCode',
  description:
    'What `extensions.code` of an error can be. The last five are of the GraphQL protocol itself and tell of a document that cannot be run.',
  valuesConfig: Object.fromEntries(codes.map(code => [code, { description: errorCodes[code] }])),
});

@ObjectType({ description: 'An error code and its one meaning.' })
export class ErrorCodeInfo {
  @Field(() => ErrorCodeEnum, { description: 'The code.' })
  code!: ErrorCode;

  @Field(() => String, { description: 'What it means.' })
  meaning!: string;
}

@Resolver()
export class ErrorCodeResolver {
  @Authorized<Role>([...roles])
  @Query(() => [ErrorCodeInfo], { description: 'Every error code that this hub answers with.' })
  errorCodes(): ErrorCodeInfo[] {
    return codes.map(code => ({ code, meaning: errorCodes[code] }));
  }
}
