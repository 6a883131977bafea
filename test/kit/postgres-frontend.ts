/** One message of a client to PostgreSQL. */
export interface FrontendMessage {
  /** `Q` a statement, `P` one that is prepared, and so on; empty before the login. */
  readonly type: string;
  /** The statement, of those two. */
  readonly text: string;
  readonly bytes: Buffer;
}

const [encryption, gssEncryption] = [80_877_103, 80_877_104];

/** Understands as much of what a client says as is needed to find a transaction's end. One per connection. */
export class Frontend {
  /** Statements of the transaction so far. */
  readonly said: string[] = [];
  #rest = Buffer.alloc(0);
  #begun = false;

  /** The messages that are whole with this chunk. */
  *read(chunk: Buffer): Iterable<FrontendMessage> {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    for (let message = this.#next(); message !== undefined; message = this.#next()) {
      if (message.text !== '') this.#note(message.text);
      yield message;
    }
  }

  #next(): FrontendMessage | undefined {
    // Before the login a message has no type.
    const head = this.#begun ? 1 : 0;
    if (this.#rest.length < head + 4) return undefined;
    const end = head + this.#rest.readUInt32BE(head);
    if (this.#rest.length < end) return undefined;
    const bytes = this.#rest.subarray(0, end);
    this.#rest = this.#rest.subarray(end);
    if (this.#begun) {
      const type = String.fromCharCode(bytes[0] ?? 0);
      return { type, text: statement(type, bytes), bytes };
    }
    const asked = bytes.length === 8 ? bytes.readUInt32BE(4) : 0;
    this.#begun = asked !== encryption && asked !== gssEncryption;
    return { type: '', text: '', bytes };
  }

  #note(text: string): void {
    if (/^\s*(begin|start transaction)\b/i.test(text)) this.said.length = 0;
    this.said.push(text);
  }
}

/** Clients of ours end a transaction by a plain statement, never by a prepared one. */
export function isCommit({ type, text }: FrontendMessage): boolean {
  return type === 'Q' && /^\s*commit\b/i.test(text);
}

function statement(type: string, bytes: Buffer): string {
  if (type === 'Q') return textAt(bytes, 5);
  // Its name stands before it.
  return type === 'P' ? textAt(bytes, bytes.indexOf(0, 5) + 1) : '';
}

function textAt(bytes: Buffer, from: number): string {
  return bytes.toString('utf8', from, bytes.indexOf(0, from));
}
