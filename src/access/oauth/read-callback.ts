/** What a platform sends back with a browser, as far as it can be meant. */
export interface Callback {
  readonly state: string;
  readonly code: string | undefined;
  readonly error: string | undefined;
  /** Who says to have answered (RFC 9207). */
  readonly issuer: string | undefined;
}

const stateForm = /^[A-Za-z0-9_-]{43}$/;
const codeForm = /^[ -~]{1,4096}$/;

/** Undefined when it cannot be an answer to a question of ours: then nothing at all happens. */
export function readCallback(query: URLSearchParams): Callback | undefined {
  const names = ['state', 'code', 'error', 'iss'];
  // Given twice, nobody knows which of them others have looked at.
  if (names.some(name => query.getAll(name).length > 1)) return undefined;
  const [state, code, error, iss] = names.map(name => query.get(name) ?? undefined);
  if (state === undefined || !stateForm.test(state)) return undefined;
  if ((code === undefined) === (error === undefined)) return undefined;
  if (code !== undefined && !codeForm.test(code)) return undefined;
  return { state, code, error: error && (/^[\w.-]{1,60}$/.test(error) ? error : 'unknown'), issuer: iss };
}
