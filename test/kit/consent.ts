export interface ConsentAnswer {
  /** Default: the account that the page proposes. */
  readonly account?: string;
  readonly person?: 'admin' | 'user';
  /** Default: all that the page offers. */
  readonly scopes?: readonly string[];
  readonly decision?: 'allow' | 'deny';
}

/**
 * Plays somebody at the consent page of a sandbox, without a browser.
 *
 * @returns the address that leads back to the app, which is not followed.
 * @throws with the words of the page when it leads nowhere.
 */
export async function playConsent(address: string, answer: ConsentAnswer = {}): Promise<URL> {
  const shown = await fetch(address, { redirect: 'manual' });
  const early = shown.headers.get('location');
  if (early !== null) return new URL(early);
  const page = await shown.text();
  if (shown.status !== 200) throw new Error(wordsOf(page));
  const form = new URLSearchParams({
    request: valuesOf(page, 'request')[0] ?? '',
    account: answer.account ?? valuesOf(page, 'account')[0] ?? '',
    person: answer.person ?? 'admin',
    decision: answer.decision ?? 'allow',
  });
  for (const scope of answer.scopes ?? valuesOf(page, 'scope')) form.append('scope', scope);
  const decided = await fetch(address.split('?')[0] ?? '', { method: 'POST', body: form, redirect: 'manual' });
  const location = decided.headers.get('location');
  if (location === null) throw new Error(wordsOf(await decided.text()));
  return new URL(location);
}

function valuesOf(page: string, name: string): string[] {
  return [...page.matchAll(new RegExp(`name="${name}" value="([^"]*)"`, 'g'))].map(([, value = '']) => value);
}

function wordsOf(page: string): string {
  return /role="alert">([^<]*)</.exec(page)?.[1] ?? page;
}
