import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type {
  Headers,
  SimulatedBearer,
  SimulatedLimit,
  SimulatedReceiver,
  SimulatedReply,
  SimulatedRequest,
  Simulator,
  SimulatorDefinition,
} from '#connector';
import { digestOf, outlineOf, questionOf } from './digest.js';
import { type Door, openDoor } from './door.js';
import type { Admission } from './gate.js';
import { drawFault, type Fault, type Faults } from './faults.js';
import type { Ledger } from './ledger.js';
import { refusalOf, refuse } from './refusal.js';
import type { Exchange } from './sandbox.js';

export interface Served {
  readonly platform: SimulatorDefinition;
  /** The account of that name; without a name, the sandbox's own. */
  simulatorOf(account: string | undefined): Simulator;
  /** What stands behind a bearer token; absent where the platform knows no OAuth. */
  readonly look: ((token: string) => SimulatedBearer) | undefined;
  readonly ledger: Ledger;
  readonly limits: readonly SimulatedLimit[];
  /** The faults as they are now; a scripted one is used up by asking. */
  takeFaults(): Faults;
  readonly seed: number;
  /** What time it is at the platform. */
  now(): number;
  /** Whether somebody there meets the platform's challenge. */
  isMet(receiver: SimulatedReceiver): Promise<boolean>;
  readonly onExchange: ((exchange: Exchange) => void) | undefined;
}

/** Answers for the platform: gate, ledger, fault, latency, simulator, in this order. */
export function platformListener(served: Served): RequestListener {
  const doors = new Map<Simulator, Door>();
  return async (message, response) => {
    const at = performance.now();
    const headers = headersOf(message);
    const bearer = bearerOf(served, headers.authorization);
    const simulator = served.simulatorOf(bearer?.state === 'live' ? bearer.grant.account : undefined);
    const door = doors.get(simulator) ?? openDoor(served.limits);
    doors.set(simulator, door);
    const [path = '/', search = ''] = (message.url ?? '/').split('?', 2);
    const method = message.method ?? 'GET';
    const query = new URLSearchParams(search);
    const group = served.platform.groupOf?.({ method, path, query });
    const admission = door.admit(at, group);
    const inForbiddenTime = door.isForbidden({ at, over: message.socket, group });
    const told = standingOf(served.platform, admission);
    const n = served.ledger.arrived({ at, method, path, group, lateByMs: admission.lateByMs, inForbiddenTime });
    const body = await readJson(message).catch(() => gone);
    // The client went away in the middle of its request; the ledger says that nothing was answered.
    if (body === gone) return;
    const request = { method, path, query, headers, body, bearer, at: served.now() };
    served.ledger.asked(n, askedOf(request));
    const faults = served.takeFaults();
    const fault = faults.next[0] ?? drawFault(faults, served.seed, n);
    if (admission.admitted && faults.latencyMs > 0) await pause(faults.latencyMs, undefined, { ref: false });
    const since = performance.now();
    const refusal = admission.admitted
      ? refusalOf(served.platform, fault, new Date())
      : refuse(served.platform, admission.retryAfterSeconds, new Date());
    if (refusal !== undefined) door.forbid({ since, seconds: refusal.forbiddenSeconds, over: message.socket, group });
    const first = refusal?.reply ?? answer(served.platform, simulator, { request, fault });
    const isMet = first.onceMet === undefined || (await served.isMet(first.onceMet.receiver));
    const { onceMet: _, ...bare } = isMet ? first : (first.onceMet?.otherwise() ?? first);
    const reply = { ...bare, headers: { ...told, ...bare.headers } };
    const named = admission.admitted ? nameOf(fault, reply) : undefined;
    send(served, n, { request, reply, fault: named }, response);
  };
}

function standingOf(platform: SimulatorDefinition, admission: Admission): Headers | undefined {
  if (platform.limitHeaders === undefined) return undefined;
  const standing = admission.standing();
  return standing && platform.limitHeaders(standing);
}

const gone = Symbol('gone');

function bearerOf({ look }: Served, authorization = ''): SimulatedBearer | undefined {
  const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  return token === undefined ? undefined : look?.(token);
}

interface Asked {
  readonly request: SimulatedRequest;
  readonly fault: Fault;
}

function answer(platform: SimulatorDefinition, simulator: Simulator, { request, fault }: Asked): SimulatedReply {
  if (fault === 'error500') return platform.fault(500);
  if (fault === 'error502') return platform.fault(502);
  if (fault === 'dead-cursors') simulator.expireCursors();
  return simulator.answer(fault === 'dead-cursor' ? { ...request, cursorDied: true } : request);
}

function nameOf(fault: Fault, { status }: SimulatedReply): string | undefined {
  if (typeof fault === 'object') return 'too-many';
  // Most requests carry no cursor that could die.
  return fault === 'none' || (fault === 'dead-cursor' && status < 400) ? undefined : fault;
}

interface Sent {
  readonly request: SimulatedRequest;
  readonly reply: SimulatedReply;
  readonly fault: string | undefined;
}

function send(
  { ledger, onExchange }: Served,
  n: number,
  { request, reply, fault }: Sent,
  response: ServerResponse,
): void {
  if (response.destroyed) return;
  const body = Buffer.isBuffer(reply.body) ? reply.body : Buffer.from(JSON.stringify(reply.body));
  const headers = { 'content-type': 'application/json;charset=UTF-8', ...reply.headers };
  onExchange?.({ request, reply: { status: reply.status, headers, body }, fault });
  if (fault === 'cut' || fault === 'cut-body') {
    ledger.answered(n, { kind: reply.kind, status: 0, fault });
    if (fault === 'cut') return void response.destroy();
    response.writeHead(reply.status, { ...headers, 'content-length': body.length });
    response.write(body.subarray(0, body.length >> 1), () => response.destroy());
    return;
  }
  ledger.answered(n, { kind: reply.kind, status: reply.status, served: reply.served, fault });
  response.writeHead(reply.status, { ...headers, 'content-length': body.length }).end(body);
}

function askedOf({ method, path, query, body }: SimulatedRequest) {
  return {
    query: Object.fromEntries(query),
    question: questionOf(`${method} ${path}`, query, body),
    ...(body === undefined ? {} : { bodyDigest: digestOf(body), body: outlineOf(body) }),
  };
}

/** Undefined for no body, and for one that is no JSON: the simulator then says what it expected. */
async function readJson(message: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    return undefined;
  }
}

function headersOf(message: IncomingMessage): Readonly<Record<string, string>> {
  const single = Object.entries(message.headers).map(([name, value]) => [name, String(value)] as const);
  return Object.fromEntries(single);
}
