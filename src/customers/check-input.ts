import { z } from 'zod';
import { CallerError } from '../core/errors.js';

/** One line of text, trimmed, without control characters. */
export function line(longest: number): z.ZodType<string> {
  const message = `must be 1 to ${longest} characters on one line`;
  return z
    .string(message)
    .trim()
    .min(1, message)
    .max(longest, message)
    .regex(/^\P{Cc}*$/u, message)
    .regex(/[\p{L}\p{N}\p{P}\p{S}]/u, 'must hold something that can be seen');
}

/** An e-mail address, in lower case. */
export const emailAddress: z.ZodType<string> = z
  .string()
  .trim()
  .toLowerCase()
  .max(254)
  .pipe(z.email('must be an e-mail address'));

/** What a list is searched for; nothing at all searches for nothing. */
export const searchWords: z.ZodType<string> = z
  .string()
  .nullish()
  .transform(words => words?.trim() ?? '')
  .pipe(
    z
      .string()
      .max(200, 'must be at most 200 characters')
      .regex(/^\P{Cc}*$/u, 'must be on one line'),
  );

/**
 * The input in its clean form.
 *
 * @param at what the path of a faulty value begins with, such as `input`.
 * @throws CallerError INVALID_INPUT that names the first value at fault. The value itself is never repeated.
 */
export function checkInput<T>(shape: z.ZodType<T>, value: unknown, at = 'input'): T {
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = (issue?.path ?? []).reduce<string>(
    (path, step) => (typeof step === 'number' ? `${path}[${step}]` : `${path}.${String(step)}`),
    at,
  );
  throw invalid(field, issue?.message ?? 'cannot be read');
}

/** @param fault goes on after the field's name: "must be in the future". */
export function invalid(field: string, fault: string): CallerError {
  return new CallerError('INVALID_INPUT', `\`${field}\` ${fault}.`, {
    field,
    remedy: `Correct \`${field}\` and send it again; nothing was changed.`,
  });
}
