import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Frontend, isCommit } from './postgres-frontend.js';

/** What the line is like, in both directions. */
export interface Weather {
  /** Bytes arrive so many milliseconds later. */
  readonly latencyMs: number;
  /** Bytes arrive in pieces of at most this size; 0: as they were sent. */
  readonly sliceBytes: number;
  /** Half-open: connections stand and new ones are accepted, but nothing arrives and nobody hears of an end. */
  readonly silent: boolean;
}

/** `before`: the server never hears of the COMMIT. `after`: it has committed, but nobody hears that it did. */
export type CommitCut = 'before' | 'after';

export interface FaultProxy {
  /** The same address, through here. */
  readonly via: (url: string) => string;
  /** Changes the weather, also for connections that stand. */
  set(weather: Partial<Weather>): void;
  /** Ends every connection; new ones are refused until `mend`. */
  cut(): void;
  mend(): void;
  /** Resets every connection. New ones are welcome. */
  reset(): void;
  /**
   * Cuts the connection of the next transaction that commits, at its COMMIT; only of one that made a statement
   * like `of`. Other connections stand. Settles when that has happened. For addresses of PostgreSQL.
   */
  cutAtCommit(when: CommitCut, of?: RegExp): Promise<void>;
  close(): Promise<void>;
}

interface CommitTrap {
  readonly when: CommitCut;
  readonly of: RegExp;
  readonly sprung: () => void;
}

const fair: Weather = { latencyMs: 0, sliceBytes: 0, silent: false };

/** A line to the server of `target` on which things go wrong when they are told to. */
export async function openFaultProxy(target: string): Promise<FaultProxy> {
  const { hostname, port, protocol } = new URL(target);
  const house: House = { weather: fair, trap: undefined, loud: Promise.withResolvers<void>() };
  const lines = new Set<Line>();
  let whole = true;
  const server = createServer(near => {
    if (!whole) return void near.destroy();
    const line = new Line(near, connect(Number(port), hostname), house, protocol.startsWith('postgres'));
    lines.add(line);
    void line.ended.then(() => lines.delete(line));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: ours } = server.address() as AddressInfo;
  return {
    via: url => Object.assign(new URL(url), { host: `127.0.0.1:${ours}` }).href,
    set(weather) {
      house.weather = { ...house.weather, ...weather };
      if (house.weather.silent) return;
      house.loud.resolve();
      house.loud = Promise.withResolvers<void>();
    },
    cut() {
      whole = false;
      for (const line of lines) line.end();
    },
    mend() {
      whole = true;
    },
    reset() {
      for (const line of lines) line.reset();
    },
    cutAtCommit(when, of = /^/) {
      const { promise, resolve } = Promise.withResolvers<void>();
      house.trap = { when, of, sprung: resolve };
      return promise;
    },
    async close() {
      for (const line of lines) line.end();
      server.close();
      await once(server, 'close');
    },
  };
}

interface House {
  weather: Weather;
  trap: CommitTrap | undefined;
  /** Settles when silence ends. */
  loud: PromiseWithResolvers<void>;
}

/** One connection and the one behind it. */
class Line {
  readonly ended: Promise<unknown>;
  readonly #frontend: Frontend | undefined;
  /** Set while a COMMIT is with the server whose answer nobody is to hear. */
  #swallowing: CommitTrap | undefined;
  #answer = '';

  constructor(
    readonly near: Socket,
    readonly far: Socket,
    readonly house: House,
    speaksPostgres: boolean,
  ) {
    this.#frontend = speaksPostgres ? new Frontend() : undefined;
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
    }
    this.ended = Promise.all([
      this.#carry(near, far, chunk => this.#asked(chunk)),
      this.#carry(far, near, chunk => this.#answered(chunk)),
    ]);
  }

  end(): void {
    this.near.destroy();
    this.far.destroy();
  }

  reset(): void {
    this.near.resetAndDestroy();
    this.far.resetAndDestroy();
  }

  async #carry(from: Socket, to: Socket, through: (chunk: Buffer) => Buffer): Promise<void> {
    const closed = once(to, 'close').catch(() => undefined);
    try {
      for await (const chunk of from) {
        for (const piece of sliced(through(chunk as Buffer), this.house.weather.sliceBytes)) {
          await this.#weather(closed);
          if (!to.destroyed && !to.write(piece)) await Promise.race([once(to, 'drain'), closed]);
        }
      }
    } catch {
      // A reset is told to the other side below.
    }
    await this.#weather(closed);
    if (from.errored === null && !from.destroyed) to.end();
    else to.destroy();
  }

  async #weather(closed: Promise<unknown>): Promise<void> {
    const { latencyMs } = this.house.weather;
    if (latencyMs > 0) await pause(latencyMs);
    while (this.house.weather.silent) {
      const over = await Promise.race([this.house.loud.promise, closed.then(() => 'closed')]);
      if (over === 'closed') return;
    }
  }

  /** What goes on to the server. */
  #asked(chunk: Buffer): Buffer {
    if (this.#frontend === undefined) return chunk;
    const passed: Buffer[] = [];
    for (const message of this.#frontend.read(chunk)) {
      const { trap } = this.house;
      if (trap !== undefined && isCommit(message) && this.#frontend.said.some(text => trap.of.test(text))) {
        this.house.trap = undefined;
        if (trap.when === 'before') {
          trap.sprung();
          this.end();
          return Buffer.alloc(0);
        }
        this.#swallowing = trap;
      }
      passed.push(message.bytes);
    }
    return Buffer.concat(passed);
  }

  /** What goes back to the client. */
  #answered(chunk: Buffer): Buffer {
    if (this.#swallowing === undefined) return chunk;
    this.#answer += chunk.toString('latin1');
    if (this.#answer.includes('COMMIT\0')) {
      this.#swallowing.sprung();
      this.end();
    }
    return Buffer.alloc(0);
  }
}

function* sliced(chunk: Buffer, size: number): Iterable<Buffer> {
  if (chunk.length === 0) return;
  if (size === 0) yield chunk;
  else for (let at = 0; at < chunk.length; at += size) yield chunk.subarray(at, at + size);
}
