import { getNamedType, GraphQLID, type GraphQLInputField, type GraphQLSchema, isInputObjectType } from 'graphql';
import { CallerError } from '../core/errors.js';
import { isMalformedId, nothingOfThatId } from './format-error.js';

/** Says of an id that was not found which one it was, where whoever looked for it does not know by what name it was given. */
export function nameIds(schema: GraphQLSchema): void {
  for (const type of [schema.getQueryType(), schema.getMutationType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) {
      const { resolve } = field;
      if (resolve === undefined || !takesIds(field.args)) continue;
      field.resolve = async (source, args, scope, info) => {
        try {
          return await resolve(source, args, scope, info);
        } catch (error) {
          throw named(error, [...idsIn(args, field.args)]);
        }
      };
    }
  }
}

type Place = Pick<GraphQLInputField, 'name' | 'type'>;

interface GivenId {
  readonly path: string;
  readonly name: string;
  readonly id: string;
}

function takesIds(places: readonly Place[]): boolean {
  return places.some(({ type }) => {
    const named = getNamedType(type);
    return named === GraphQLID || (isInputObjectType(named) && takesIds(Object.values(named.getFields())));
  });
}

/** Every id that was given. */
function* idsIn(values: Readonly<Record<string, unknown>>, places: readonly Place[], at = ''): Generator<GivenId> {
  for (const { name, type } of places) {
    const [value, path, named] = [values[name], `${at}${name}`, getNamedType(type)];
    if (value == null) continue;
    if (named === GraphQLID) yield { path, name, id: String(value) };
    else if (isInputObjectType(named) && !Array.isArray(value))
      yield* idsIn(value as Record<string, unknown>, Object.values(named.getFields()), `${path}.`);
  }
}

function named(error: unknown, ids: readonly GivenId[]): unknown {
  if (isMalformedId(error)) {
    const field = ids.find(({ id }) => (error as Error).message.includes(`type uuid: "${id}"`))?.path;
    return field === undefined ? error : nothingOfThatId(field);
  }
  if (!(error instanceof CallerError) || error.code !== 'NOT_FOUND' || error.field !== undefined) return error;
  const { message, remedy, cause } = error;
  const own = `${/^There is no such (\w+)\.$/.exec(message)?.[1] ?? ''}Id`;
  const field = (ids.length === 1 ? ids[0] : ids.find(({ name }) => name === own || name === 'id'))?.path;
  if (field === undefined) return error;
  return new CallerError('NOT_FOUND', message, { field, cause, ...(remedy !== undefined && { remedy }) });
}
