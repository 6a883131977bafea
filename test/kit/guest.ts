import { type ConsentAnswer, playConsent } from './consent.js';
import type { TestHub } from './hub.js';

/** A page as a browser without script gets it. */
export interface SeenPage {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The first heading. */
  readonly title: string;
}

/** A browser of a guest on the connect page: cookies, redirects and forms, and nothing else. */
export class GuestBrowser {
  /** By name. */
  readonly cookies = new Map<string, string>();
  /** The page that is open. */
  page: SeenPage = { status: 0, headers: new Headers(), text: '', title: '' };

  constructor(readonly url: string) {}

  /** Opens an address and goes where it leads. */
  async open(address: string): Promise<SeenPage> {
    return this.#follow(address, { method: 'GET' });
  }

  /** Sends the form of the open page that goes to `action`, with these values. */
  async send(action: string, values: Readonly<Record<string, string>> = {}): Promise<SeenPage> {
    const body = new URLSearchParams({ form: this.formKey(), proposal: this.proposal(), ...values });
    return this.#follow(`${this.url}/connect/${action}`, { method: 'POST', body });
  }

  /** Of the account that the open page asks about. */
  proposal(): string {
    return /name="proposal" value="([^"]+)"/.exec(this.page.text)?.[1] ?? '';
  }

  formKey(): string {
    return /name="form" value="([^"]+)"/.exec(this.page.text)?.[1] ?? '';
  }

  /** One request, without going on. */
  async ask(address: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(address, {
      redirect: 'manual',
      ...init,
      headers: new Headers([...new Headers(init.headers), ['cookie', cookie]]),
    });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      this.cookies.set(name, value);
    }
    return response;
  }

  async #follow(address: string, init: RequestInit): Promise<SeenPage> {
    let response = await this.ask(address, init);
    for (let hops = 0; response.status === 303 && hops < 5; hops++)
      response = await this.ask(new URL(response.headers.get('location') ?? '', address).href);
    const { status, headers } = response;
    const text = await response.text();
    this.page = { status, headers, text, title: /<h1>([^<]*)<\/h1>/.exec(text)?.[1] ?? '' };
    return this.page;
  }
}

type Asking = Pick<TestHub, 'ask'>;

/** A contact of a customer. */
export async function addContact(
  hub: Asking,
  customerId: string,
  name = 'Ada Lovelace',
): Promise<{ id: string; email: string }> {
  const email = `${name.split(' ')[0]?.toLowerCase()}@acme.example`;
  const { createContact } = await hub.ask(
    'mutation ($input: CreateContactInput!) { createContact(input: $input) { id email } }',
    { input: { customerId, name, email, role: 'Gong administrator' } },
  );
  return createContact;
}

const newLinkFields = 'address link { id state madeBy purpose connectionId contact { id } }';

/** A connect link, whose address is shown. */
export async function connectLink(hub: Asking, customerId: string, contactId: string, platform = 'gong') {
  const { createConnectLink } = await hub.ask(
    `mutation ($input: CreateConnectLinkInput!) { createConnectLink(input: $input) { ${newLinkFields} } }`,
    { input: { customerId, platform, contactId, delivery: 'SHOW' } },
  );
  return createConnectLink;
}

/** A reconnect link, whose address is shown. */
export async function reconnectLink(hub: Asking, connectionId: string, contactId: string) {
  const { createReconnectLink } = await hub.ask(
    `mutation ($input: CreateReconnectLinkInput!) { createReconnectLink(input: $input) { ${newLinkFields} } }`,
    { input: { connectionId, contactId, delivery: 'SHOW' } },
  );
  return createReconnectLink;
}

export interface KeptMail {
  readonly subject: string;
  readonly recipientAddress: string;
  readonly text: string;
}

/** Mails of a customer that the hub keeps, newest first. */
export async function keptMails(hub: Asking, customerId: string): Promise<KeptMail[]> {
  const document = `query ($customerId: ID!) { mails(customerId: $customerId, first: 100) {
    nodes { subject recipientAddress text } } }`;
  return (await hub.ask(document, { customerId })).mails.nodes;
}

/** The code that was mailed last. */
export async function lastCode(hub: Asking, customerId: string): Promise<string> {
  for (const { text } of await keptMails(hub, customerId)) {
    const [, code] = /(?:your code is|Ihr Code lautet) (\d{6})/.exec(text) ?? [];
    if (code !== undefined) return code;
  }
  throw new Error('No code was mailed.');
}

/** Another code of six digits. */
export function wrongCode(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0');
}

/** A guest who has opened the link and entered the code. */
export async function verifiedGuest(
  hub: Asking & Pick<TestHub, 'url'>,
  customerId: string,
  address: string,
): Promise<GuestBrowser> {
  const guest = new GuestBrowser(hub.url);
  await guest.open(address);
  await guest.send('start');
  await guest.send('code', { code: await lastCode(hub, customerId) });
  return guest;
}

/** The values of a sandbox's secret form, as the page sends them. */
export function formOf(secret: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(secret).map(([name, value]) => [`secret.${name}`, value]));
}

/** Goes on to the platform from the page, says yes there and comes back, as a browser does. */
export async function signInFromPage(guest: GuestBrowser, method: string, answer?: ConsentAnswer): Promise<SeenPage> {
  const away = await guest.send('sign-in', { method });
  const [, address = ''] = /<a class="button" href="([^"]+)"/.exec(away.text) ?? [];
  return guest.open((await playConsent(address.replaceAll('&amp;', '&'), answer)).href);
}
