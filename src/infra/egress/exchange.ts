import type { Dispatcher } from 'undici';
import { ReplyTooLarge } from '../../core/errors.js';
import type { EgressRequest } from '../../core/ports.js';

/** What came back, its body still encoded. */
export interface RawReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** A length that a platform announces is believed up to here; beyond it, memory grows as bytes arrive. */
const believedBytes = 8 * 1024 * 1024;
const firstBytes = 64 * 1024;

/**
 * One request and the reply to it. Each piece of a body is copied as it arrives into memory of the reply's own: pieces
 * that wait to be joined are what the garbage collector spends most of an import on.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #reply = Promise.withResolvers<RawReply>();
  #controller: Dispatcher.DispatchController | undefined;
  #failure: Error | undefined;
  #head: Omit<RawReply, 'body'> = { status: 0, headers: {} };
  #body: Buffer<ArrayBuffer> = Buffer.alloc(0);
  #size = 0;

  constructor(readonly request: Pick<EgressRequest, 'maxBytes' | 'onSent' | 'onHead'>) {}

  /** @throws ReplyTooLarge, the reason of `fail`, or what the client says. */
  get reply(): Promise<RawReply> {
    return this.#reply.promise;
  }

  /** Ends it, and its connection with it. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#reply.reject(this.#failure);
    this.#controller?.abort(this.#failure);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#failure !== undefined) return controller.abort(this.#failure);
    this.request.onSent?.();
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: RawReply['headers']): void {
    // Word that the reply is yet to come.
    if (status < 200) return;
    this.request.onHead?.();
    this.#head = { status, headers };
    const announced = Number(headers['content-length']);
    this.#body = Buffer.allocUnsafeSlow(announced > 0 ? Math.min(announced, believedBytes) : firstBytes);
  }

  onResponseData(_: Dispatcher.DispatchController, piece: Buffer): void {
    const size = this.#size + piece.length;
    if (size > this.request.maxBytes)
      return this.fail(new ReplyTooLarge(`The reply is larger than ${this.request.maxBytes} bytes.`));
    if (size > this.#body.length) this.#resize(Math.max(size, 2 * this.#body.length));
    this.#body.set(piece, this.#size);
    this.#size = size;
  }

  onResponseEnd(): void {
    if (this.#size < this.#body.length) this.#resize(this.#size);
    this.#reply.resolve({ ...this.#head, body: this.#body });
  }

  onResponseError(_: unknown, error: Error): void {
    this.#reply.reject(error);
  }

  #resize(bytes: number): void {
    this.#body = Buffer.from(this.#body.buffer.transfer(bytes));
  }
}
