import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A mail as it came in. */
export interface ReceivedMail {
  readonly to: readonly string[];
  /** Headers and body as sent. */
  readonly raw: string;
  /** The value of a header, unfolded. */
  header(name: string): string | undefined;
}

export interface MailServer {
  /** For PATCHBAY_SMTP_URL. */
  readonly url: string;
  readonly received: ReceivedMail[];
  /** What it answers in place of taking a mail; undefined takes it. */
  answer: ((mail: ReceivedMail) => number | undefined) | undefined;
  close(): Promise<void>;
}

/** A mail server on this machine that keeps what it gets. */
export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const server = new SMTPServer({
    ...{ authOptional: true, hideSTARTTLS: true, disabledCommands: ['AUTH'], logger: false, ...options },
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const mail = read(
          Buffer.concat(parts).toString(),
          session.envelope.rcptTo.map(({ address }) => address),
        );
        const code = made.answer?.(mail);
        if (code === undefined) made.received.push(mail);
        done(code === undefined ? null : Object.assign(new Error('Not now.'), { responseCode: code }));
      });
    },
  });
  // Whoever does not trust its certificate goes away in the middle.
  server.on('error', () => undefined);
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const made: MailServer = {
    url: `smtp://127.0.0.1:${(listening.address() as AddressInfo).port}`,
    received: [],
    answer: undefined,
    close: () => new Promise(resolve => server.close(() => resolve())),
  };
  return made;
}

function read(raw: string, to: readonly string[]): ReceivedMail {
  const [head = ''] = raw.split('\r\n\r\n');
  const lines = head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n');
  const header = (name: string) =>
    lines
      .find(line => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
      ?.slice(name.length + 1)
      .trim();
  return { to, raw, header };
}
