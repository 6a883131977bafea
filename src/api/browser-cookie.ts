/** The cookie that ties a browser to what it began. For this host alone, and out of reach of scripts. */
const browserCookie = (publicUrl: string): string =>
  publicUrl.startsWith('https:') ? '__Host-patchbay-connect' : 'patchbay-connect';

const tokenForm = /^[A-Za-z0-9_-]{43}$/;

/** What the browser's cookie says; undefined without one, with several, or with one that cannot be ours. */
export function browserOf(header: string | undefined, publicUrl: string): string | undefined {
  const name = `${browserCookie(publicUrl)}=`;
  const found = (header ?? '').split(';').flatMap(part => {
    const pair = part.trim();
    return pair.startsWith(name) ? [pair.slice(name.length)] : [];
  });
  return found.length === 1 && tokenForm.test(found[0] ?? '') ? found[0] : undefined;
}
