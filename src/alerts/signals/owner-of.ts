import { AlertOwner } from '../alert-kind.js';

const owners: Readonly<Record<string, AlertOwner>> = {
  CREDENTIAL_REJECTED: AlertOwner.CUSTOMER,
  PERMISSION_MISSING: AlertOwner.CUSTOMER,
  CONNECTION_NOT_READY: AlertOwner.CUSTOMER,
  EGRESS_REFUSED: AlertOwner.OPERATOR,
  UNAVAILABLE: AlertOwner.OPERATOR,
  PLATFORM_CHANGED: AlertOwner.US,
  INTERNAL: AlertOwner.US,
};

/** Who has to act, by why a run stopped. */
export function ownerOf(code: string | undefined): AlertOwner {
  return owners[code ?? ''] ?? AlertOwner.PLATFORM;
}
