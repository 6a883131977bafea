/** What goes wrong on purpose at the token endpoint and on the way back from the consent page. */
export interface OAuthFaults {
  /** For the very next token requests, one each. */
  readonly next: readonly TokenFault[];
  /** For every other token request. */
  readonly always: TokenFault;
  /** Parameters of the way back that are set, or with null left out, such as `{ state: 'guessed' }` or `{ iss: … }`. */
  readonly callback: Readonly<Record<string, string | null>>;
}

type Fields = Readonly<Record<string, unknown>>;

/** A name alone means: nothing is done, nothing is spent, only the fault is answered. */
export type TokenFault = TokenFaultName | TokenFaultSet;
export interface TokenFaultSet {
  readonly fault: TokenFaultName;
  /** The platform does its work first: what was shown is spent, and only the answer goes wrong. */
  readonly acted?: boolean;
  /** For `slow` how long, for `too-many` what its Retry-After says. Default 1. */
  readonly seconds?: number;
  /** For `answer`: what is said instead; a text goes out as it is, all else as JSON. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** For `changed`: fields of a good reply that are set, or with null left out; a function works them out of the reply. */
  readonly fields?: Fields | ((good: Fields) => Fields);
}

/** Answers that replace the platform's own. */
const replacing = [
  'error500',
  'error503',
  'html',
  'bare400',
  'too-many',
  'ok-error',
  'ok-html',
  'invalid-client',
  'invalid-grant',
  'redirect',
  'answer',
  'huge',
  'cut',
] as const;

/** Faults of a good answer; the platform has always done its work. */
const spoiling = [
  'cut-body',
  'form',
  'no-json',
  'expires-text',
  'expires-zero',
  'expires-absent',
  'no-refresh-token',
  'wrong-token-type',
  'no-access-token',
  'changed',
] as const;

const names = ['none', 'slow', ...replacing, ...spoiling] as const;
export type TokenFaultName = (typeof names)[number];

export const noOAuthFaults: OAuthFaults = { next: [], always: 'none', callback: {} };

/** @throws TypeError naming the first thing that is no fault or has no sensible value. */
export function readOAuthFaults(given: unknown, before: OAuthFaults): OAuthFaults {
  if (typeof given !== 'object' || given === null) throw new TypeError('Faults are an object');
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(noOAuthFaults, name)) throw new TypeError(`There is no fault called ${name}`);
    if (name === 'callback') checkFields(name, value);
    else if (name === 'always') checkFault(value);
    else if (Array.isArray(value)) value.forEach(checkFault);
    else throw new TypeError('next must be a list of faults');
  }
  return { ...before, ...given };
}

function checkFault(value: unknown): void {
  const { fault, seconds, fields } = setOf(value as TokenFault);
  if (!names.includes(fault)) throw new TypeError(`There is no fault called ${fault}; there is ${names.join(', ')}`);
  if (seconds !== undefined && !(seconds >= 0)) throw new TypeError('seconds must be a number from 0');
  if (fields !== undefined && typeof fields !== 'function') checkFields('fields', fields);
}

function checkFields(name: string, value: unknown): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TypeError(`${name} must be an object`);
}

export function setOf(fault: TokenFault): TokenFaultSet {
  return typeof fault === 'string' ? { fault } : fault;
}
