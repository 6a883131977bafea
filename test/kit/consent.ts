export interface ConsentAnswer {
  /** Default: the account that the page proposes. */
  readonly account?: string;
  readonly person?: 'admin' | 'user';
  /** Default: all that the page offers. */
  readonly scopes?: readonly string[];
  readonly decision?: 'allow' | 'deny';
}

/**
 * Plays somebody at the consent page of a sandbox or of `oidc-provider`, without a browser.
 *
 * @returns the address that leads back to the app, which is not followed.
 * @throws with the words of the page when it leads nowhere.
 */
export async function playConsent(address: string, answer: ConsentAnswer = {}): Promise<URL> {
  const browse = openBrowser(new URL(address).origin);
  const shown = await browse(new URL(address));
  if (shown.left) return shown.left;
  const page = await shown.reply.text();
  if (shown.reply.status !== 200) throw new Error(wordsOf(page));
  const form = new URLSearchParams({
    request: valuesOf(page, 'request')[0] ?? '',
    account: answer.account ?? valuesOf(page, 'account')[0] ?? '',
    person: answer.person ?? 'admin',
    decision: answer.decision ?? 'allow',
  });
  for (const scope of answer.scopes ?? valuesOf(page, 'scope')) form.append('scope', scope);
  const [, action = ''] = /action="([^"]*)"/.exec(page) ?? [];
  const decided = await browse(new URL(action, shown.reply.url), form);
  if (decided.left) return decided.left;
  throw new Error(wordsOf(await decided.reply.text()));
}

interface Visit {
  readonly reply: Response;
  /** Where a redirect would have led away from the place. */
  readonly left?: URL;
}

/** Follows redirects as long as they stay at the place, and keeps its cookies. */
function openBrowser(origin: string): (address: URL, form?: URLSearchParams) => Promise<Visit> {
  const cookies = new Map<string, string>();
  return async function browse(address: URL, form?: URLSearchParams): Promise<Visit> {
    const cookie = [...cookies].map(pair => pair.join('=')).join('; ');
    const post = form && { method: 'POST', body: form };
    const reply = await fetch(address, { ...post, headers: { cookie }, redirect: 'manual' });
    for (const line of reply.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]*)=([^;]*)/.exec(line) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    const location = reply.headers.get('location');
    if (location === null) return { reply };
    const next = new URL(location, address);
    return next.origin === origin ? browse(next) : { reply, left: next };
  };
}

function valuesOf(page: string, name: string): string[] {
  return [...page.matchAll(new RegExp(`name="${name}" value="([^"]*)"`, 'g'))].map(([, value = '']) => value);
}

function wordsOf(page: string): string {
  return /role="alert">([^<]*)</.exec(page)?.[1] ?? page;
}
