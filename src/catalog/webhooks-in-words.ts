import type { Webhooks } from '#connector';

const proofs = {
  'standard-webhooks': 'signed webhooks',
  hmac: 'signed webhooks',
  'signed-jwt': 'signed webhooks',
  'static-token': 'webhooks with a fixed token, which says nothing about what they contain',
  'unguessable-url': 'unsigned webhooks to a secret address',
} as const satisfies Record<Webhooks['authenticity']['kind'], string>;

const makers = {
  hub: 'asked for by request',
  operator: "set up once in the hub's own app",
  customer: 'set up by an administrator of the customer',
} as const satisfies Record<Webhooks['setUp']['by'], string>;

/** How a platform tells of new calls. */
export function webhooksInWords({ authenticity, setUp }: Webhooks): string {
  return `${proofs[authenticity.kind]}; ${makers[setUp.by]}`;
}
