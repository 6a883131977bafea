/** What was looked at, how it stands, and what to do when it does not stand well. */
export interface Finding {
  readonly about: string;
  readonly state: 'ok' | 'warn' | 'fail';
  /** One sentence or less. Holds no secret. */
  readonly says: string;
  readonly remedy?: string;
}

export function ok(about: string, says: string): Finding {
  return { about, state: 'ok', says };
}

export function warn(about: string, says: string, remedy: string): Finding {
  return { about, state: 'warn', says, remedy };
}

export function fail(about: string, says: string, remedy: string): Finding {
  return { about, state: 'fail', says, remedy };
}

/** Why something failed, in a word that quotes no address and no login. */
export function reasonOf(error: unknown): string {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  if (typeof code === 'string' && /^[A-Z0-9_]{4,40}$/.test(code) && !code.startsWith('PLATFORM_')) return code;
  if (cause !== undefined) return reasonOf(cause);
  return error instanceof Error ? error.name : 'no reason given';
}
