import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';

const form = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|\+00:00)$/;
const wanted = 'a time in ISO 8601 and UTC, such as `2026-01-31T23:59:59.000Z`';

/** Times as GraphQL shows and takes them. What JavaScript would guess at is refused. */
export const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description: `A moment: ${wanted}.`,
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  serialize: value => (value as Date).toISOString(),
  parseValue: value => readTime(value),
  parseLiteral: node => readTime(node.kind === Kind.STRING ? node.value : undefined, node),
});

function readTime(value: unknown, node?: ValueNode): Date {
  const [, day] = (typeof value === 'string' && form.exec(value)) || [];
  const time = new Date(day === undefined ? Number.NaN : (value as string));
  // JavaScript reads 30 February as 2 March.
  if (!Number.isNaN(time.getTime()) && time.toISOString().startsWith(`${day}T`)) return time;
  throw new GraphQLError(`It must be ${wanted}.`, { nodes: node ?? null, extensions: { code: 'INVALID_INPUT' } });
}
