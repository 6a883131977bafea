import type { SimulatedReceiver, SimulatedWebhooks, Telling } from '#connector';

/** Platforms give up after three seconds. */
const patienceMs = 3_000;

/** Sends an event. @returns the status of the answer; 0 when none came in time. */
export async function deliver(webhooks: SimulatedWebhooks, { event, url, id, keys }: Telling): Promise<number> {
  const { headers, body } = webhooks.send({ event, url, id, keys, at: new Date() });
  const answer = await post(url, { headers, body });
  return answer?.status ?? 0;
}

/** Names under it belong to nobody (RFC 2606): whoever tries out how a subscription is made may give one. */
const nobodys = '.example';

/** Whether the address shows that it is the receiver's, where the platform asks for that. */
export async function meetsChallenge(
  webhooks: SimulatedWebhooks,
  { url, keys: [key] }: SimulatedReceiver,
): Promise<boolean> {
  const posed = webhooks.challenge?.(new Date(), key);
  if (posed === undefined || new URL(url).hostname.endsWith(nobodys)) return true;
  const answer = await post(url, posed);
  if (answer === undefined || !answer.ok) return false;
  try {
    return posed.isMetBy({ headers: Object.fromEntries(answer.headers), body: await answer.text() });
  } catch {
    return false;
  }
}

interface Sent {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

async function post(url: string, { headers, body }: Sent): Promise<Response | undefined> {
  try {
    const signal = AbortSignal.timeout(patienceMs);
    return await fetch(url, { method: 'POST', headers, body: new Uint8Array(body), redirect: 'manual', signal });
  } catch {
    return undefined;
  }
}
