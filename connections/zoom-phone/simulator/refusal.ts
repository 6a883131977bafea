import type { SimulatedReply } from '#connector';

export type Refusal = SimulatedReply & { readonly kind: string };

/** What is wrong is said by the code in the body, which is not that of the status. */
export function refusal(code: number, message: string, kind: string, status = 400): Refusal {
  return { status, kind, body: { code, message } };
}
