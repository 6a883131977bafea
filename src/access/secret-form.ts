import type { Connector, OAuth2, SecretField, SecretForm } from '#connector';
import { CallerError } from '../core/errors.js';
import { Secret } from '../core/secret.js';

export interface SecretValue {
  readonly name: string;
  readonly value: string;
}

/** A way in by values that somebody enters: a key, or what a grant without a sign-in asks for. */
export type EnteredWay = SecretForm | (OAuth2 & { readonly fields: readonly SecretField[] });

const longestValue = 4_096;

/** The ways in that ask for secret values and nothing else. */
export function secretForms({ auth }: Connector): readonly SecretForm[] {
  return auth.filter(method => method.kind === 'secret');
}

/** Whether values have to be entered, instead of a sign-in at the platform. */
export function isEntered(method: Connector['auth'][number]): method is EnteredWay {
  return method.fields !== undefined;
}

/**
 * The way in that these values are for, and the values checked against it.
 *
 * @param label of the way in, where several ask for values of the same names.
 */
export function readSecretForm(
  connector: Connector,
  given: readonly SecretValue[],
  label?: string,
): { readonly way: EnteredWay; readonly secret: Secret<Readonly<Record<string, string>>> } {
  const ways = connector.auth.filter(isEntered).filter(way => label === undefined || way.label === label);
  const names = namesOf(given);
  const way = ways.find(({ fields }) => namesOf(fields) === names);
  if (way === undefined) throw otherValues(connector, label, ways);
  const secret: Record<string, string> = {};
  for (const { name, value } of given) secret[name] = readValue(name, value);
  return { way, secret: new Secret(secret) };
}

function namesOf(all: readonly { readonly name: string }[]): string {
  return all
    .map(({ name }) => name)
    .toSorted()
    .join();
}

function otherValues(connector: Connector, label: string | undefined, ways: readonly EnteredWay[]): CallerError {
  const { name } = connector.manifest;
  if (ways.length === 0) {
    const labels = connector.auth.filter(isEntered).map(way => way.label);
    const among =
      labels.length === 0 ? 'Have somebody sign in at the platform.' : `Use one of these: ${labels.join(', ')}.`;
    const which = label === undefined ? 'asks for no values' : 'offers no such way in by values';
    return new CallerError('INVALID_INPUT', `${name} ${which}.`, {
      ...{ field: label === undefined ? 'input.secret' : 'input.method', remedy: among },
    });
  }
  const forms = ways.map(({ fields }) => fields.map(field => `\`${field.name}\` (${field.label})`).join(' and '));
  return new CallerError('INVALID_INPUT', `${name} asks for other values.`, {
    field: 'input.secret',
    remedy: `Give ${forms.join(', or ')}, each once.`,
  });
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
