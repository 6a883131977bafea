import type { Connector, SecretForm } from '#connector';
import { CallerError } from '../core/errors.js';
import { Secret } from '../core/secret.js';

export interface SecretValue {
  readonly name: string;
  readonly value: string;
}

const longestValue = 4_096;

/** The ways in that ask for secret values and nothing else. */
export function secretForms({ auth }: Connector): readonly SecretForm[] {
  return auth.filter(method => method.kind === 'secret');
}

/** The connector's secret form, and the given values checked against it. */
export function readSecretForm(
  connector: Connector,
  given: readonly SecretValue[],
): { readonly form: SecretForm; readonly secret: Secret<Readonly<Record<string, string>>> } {
  const names = given
    .map(({ name }) => name)
    .toSorted()
    .join();
  const form = secretForms(connector).find(
    method =>
      method.fields
        .map(field => field.name)
        .toSorted()
        .join() === names,
  );
  if (form === undefined) {
    const forms = secretForms(connector).map(method =>
      method.fields.map(field => `\`${field.name}\` (${field.label})`).join(' and '),
    );
    throw new CallerError('INVALID_INPUT', `${connector.manifest.name} asks for other values.`, {
      field: 'input.secret',
      remedy: `Give ${forms.join(', or ')}, each once.`,
    });
  }
  const secret: Record<string, string> = {};
  for (const { name, value } of given) secret[name] = readValue(name, value);
  return { form, secret: new Secret(secret) };
}

function readValue(name: string, value: string): string {
  const trimmed = value.trim();
  // Control characters would reach a header.
  const usable = trimmed !== '' && trimmed.length <= longestValue && !/[\p{Cc}\u2028\u2029]/u.test(trimmed);
  if (usable) return trimmed;
  throw new CallerError(
    'INVALID_INPUT',
    `The value of \`${name}\` is empty, too long, or holds characters that no secret has.`,
    {
      field: `input.secret.${name}`,
      remedy: 'Copy the value again from the platform, without line breaks.',
    },
  );
}
