/**
 * Mail, handed in at the operator's server.
 *
 * The operator names the server, so it needs no line in PATCHBAY_EGRESS_ALLOW, as the database needs none. What else
 * holds for whatever leaves the house holds here: the name is resolved once and exactly that address is connected to,
 * certificates are checked, nothing goes to a public address without TLS, and proxies of the environment are not asked.
 */
import { createTransport, type Transporter } from 'nodemailer';
import { MailNotTaken, MailRefused } from '../core/errors.js';
import type { Mailer } from '../core/ports.js';
import type { Secret } from '../core/secret.js';
import { findMailServer } from './egress/mail-server.js';

export interface MailFrom {
  readonly name: string;
  readonly address: string;
}

export interface MailerOptions {
  /** `smtps://` or `smtp://`, with the login. */
  readonly url: Secret<string>;
  readonly from: MailFrom;
}

const connectMs = 10_000;
const silenceMs = 20_000;
/** From looking the name up to the server's last word. */
const longestMs = 60_000;

/** Each mail takes a connection of its own: mails are few, and one that is kept would die unseen. */
export function openMailer({ url, from }: MailerOptions): Mailer & { close(): Promise<void> } {
  const server = new URL(url.reveal());
  const open = new Set<Transporter>();
  return {
    async send({ id, to, subject, text, html, unsubscribeUrl }) {
      const transport = await connectTo(server).catch((error: unknown) =>
        Promise.reject(asTold(error, server.hostname)),
      );
      open.add(transport);
      const tooLate = setTimeout(() => transport.close(), longestMs);
      try {
        await transport.sendMail({
          // Copies: the library writes into addresses, and the configuration's cannot be written to.
          ...{ from: { ...from }, to: { ...to }, subject, text, html },
          messageId: `<${id}@${from.address.split('@')[1]}>`,
          // Nobody is on holiday from a code.
          headers: { 'Auto-Submitted': 'auto-generated', ...(unsubscribeUrl && unsubscribing(unsubscribeUrl)) },
          ...{ disableFileAccess: true, disableUrlAccess: true },
        });
      } catch (error) {
        throw asTold(error, server.hostname);
      } finally {
        clearTimeout(tooLate);
        open.delete(transport);
        transport.close();
      }
    },
    async close() {
      for (const transport of open) transport.close();
    },
  };
}

/** With these, mail programs show a button of their own. */
function unsubscribing(url: string): Readonly<Record<string, string>> {
  return { 'List-Unsubscribe': `<${url}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' };
}

async function connectTo(server: URL): Promise<Transporter> {
  const secure = server.protocol === 'smtps:';
  const host = server.hostname.replace(/^\[|\]$/g, '');
  const { address, isPublic } = await findMailServer(host);
  const [user, pass] = [decodeURIComponent(server.username), decodeURIComponent(server.password)];
  return createTransport({
    ...{ host: address, port: Number(server.port) || (secure ? 465 : 587), secure },
    // Offered by a private server it is taken, and then it must be right too.
    requireTLS: isPublic,
    // An address has no name to ask for; its certificate must be for the address.
    tls: { ...(address !== host && { servername: host }), rejectUnauthorized: true, minVersion: 'TLSv1.2' },
    ...(user !== '' && { auth: { user, pass } }),
    ...{ connectionTimeout: connectMs, greetingTimeout: connectMs, socketTimeout: silenceMs, dnsTimeout: connectMs },
    ...{ logger: false, debug: false },
  });
}

/** Says hello and logs in, and hands nothing in. @returns what went wrong, in a word or two that quote nothing; undefined: it went well. */
export async function askMailServer(url: Secret<string>): Promise<string | undefined> {
  let transport: Transporter | undefined;
  try {
    transport = await connectTo(new URL(url.reveal()));
    await transport.verify();
    return undefined;
  } catch (error) {
    const { code, responseCode: reply } = error as { readonly code?: string; readonly responseCode?: number };
    return [code ?? 'ERROR', reply].filter(part => part !== undefined).join(' ');
  } finally {
    transport?.close();
  }
}

/** Servers repeat addresses, and sometimes more: only the numbers of what they say pass. */
function asTold(error: unknown, host: string): unknown {
  const {
    code,
    responseCode: reply,
    command,
  } = error as Partial<Record<'code' | 'command', string> & Record<'responseCode', number>>;
  // What happens between us and the server has a code of its own; anything else, no server has said.
  if (code === undefined || error instanceof TypeError) return error;
  const said = reply === undefined ? code : `${code} ${reply}`;
  const final = reply !== undefined && reply >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE');
  if (final) return new MailRefused(`${host} refuses this mail for good (${said}, after ${command ?? 'nothing'}).`);
  return new MailNotTaken(`${host} did not take the mail (${said}); it is tried again.`);
}
