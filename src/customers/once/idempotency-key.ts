import { Arg } from 'type-graphql';
import { checkInput, line } from '../check-input.js';

/** What a mutation is to be done once for. */
export interface Once {
  readonly key: string;
  /** What the key stands for: with the same key, anything else is refused. */
  readonly request: { readonly mutation: string; readonly input: unknown };
}

/**
 * The argument of a mutation that creates something: `@IdempotencyKey() key: string | null | undefined`.
 *
 * It is an argument and no HTTP header, because one request may hold several mutations, a socket has no headers for
 * each, and the schema then says where it is understood.
 */
export function IdempotencyKey(): ParameterDecorator {
  return Arg('idempotencyKey', () => String, {
    nullable: true,
    description:
      'A name of your choice for this request, 1 to 200 characters. Sent again within 24 hours it is not done again: the same request gets what was made then, another one IDEMPOTENCY_MISMATCH.',
  }) as ParameterDecorator;
}

/**
 * @returns undefined when there is no key: then it is done every time.
 * @throws CallerError INVALID_INPUT
 */
export function onceFor(key: string | null | undefined, mutation: string, input: unknown): Once | undefined {
  if (key == null) return undefined;
  return { key: checkInput(line(200), key, 'idempotencyKey'), request: { mutation, input } };
}
