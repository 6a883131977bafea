import { Agent, type ClientRequestArgs } from 'node:http';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import type { buildConnector } from 'undici';

/** For libraries that bring an HTTP client of their own: their connections are opened, and judged, as all others are. */
export class CheckedAgent extends Agent {
  /** What Node's client asks of an agent, as a thing that still leads here when a library makes copies of it. */
  readonly handle: Agent;
  readonly #connect: buildConnector.connector;

  /** Connections are not kept. */
  constructor(
    readonly protocol: string,
    connect: buildConnector.connector,
  ) {
    super({ keepAlive: false });
    this.#connect = connect;
    const { addRequest } = this as unknown as { addRequest(...given: unknown[]): void };
    const handle = { protocol, keepAlive: false, addRequest: addRequest.bind(this) };
    this.handle = handle as unknown as Agent;
  }

  override createConnection(
    { host, port }: ClientRequestArgs,
    callback?: (error: Error | null, socket: Duplex) => void,
  ): undefined {
    const hostname = host ?? '';
    const target = {
      ...{ hostname, host: hostname, protocol: this.protocol, port: String(port ?? '') },
      ...(isIP(hostname) === 0 && { servername: hostname }),
    };
    this.#connect(target, (error, socket) => callback?.(error, socket as Duplex));
  }
}
