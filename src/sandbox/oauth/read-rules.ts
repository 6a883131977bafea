import type { OAuthRules } from '#connector';

export interface RulesBook {
  /** The rules for an account: its own, else those of all. */
  of(account?: string): OAuthRules;
  /** @throws TypeError for an unknown rule or value. */
  set(given: Partial<OAuthRules>, account?: string): OAuthRules;
}

/** The rules of a platform, and of accounts that it treats in another way. */
export function openRules(rules: OAuthRules): RulesBook {
  let all = rules;
  const own = new Map<string, OAuthRules>();
  const of: RulesBook['of'] = account => own.get(account ?? '') ?? all;
  return {
    of,
    set(given, account) {
      const read = readRules(given, of(account));
      if (account === undefined) all = read;
      else own.set(account, read);
      return read;
    },
  };
}

const rotations = ['none', 'strict', 'grace', 'replay'];

type Check = (value: unknown) => boolean;
const isSeconds: Check = value => typeof value === 'number' && value >= 0;
const isSecondsOrAbsent: Check = value => value === undefined || isSeconds(value);

const checks: Readonly<Record<keyof OAuthRules, Check>> = {
  codeSeconds: isSeconds,
  accessSeconds: isSeconds,
  toldAccessSeconds: isSecondsOrAbsent,
  refreshSeconds: isSecondsOrAbsent,
  rotation: isRotation,
  refreshEndsAccess: value => value === undefined || typeof value === 'boolean',
  sessionsPerPerson: value => value === undefined || (typeof value === 'number' && value >= 1),
};

/** @throws TypeError naming the first thing that is no rule or has no sensible value. */
export function readRules(given: Partial<OAuthRules>, before: OAuthRules): OAuthRules {
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(checks, name)) throw new TypeError(`There is no rule called ${name}`);
    if (!checks[name as keyof OAuthRules](value)) throw new TypeError(`${name} has no such value`);
  }
  return { ...before, ...given };
}

function isRotation(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false;
  const { kind, ...seconds } = value as Record<string, unknown>;
  const wanted = { grace: ['seconds'], replay: ['unusedSeconds', 'usedSeconds'] }[kind as string] ?? [];
  return rotations.includes(kind as string) && wanted.every(name => isSeconds(seconds[name]));
}
