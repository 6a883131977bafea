import type { CallerError } from '../../core/errors.js';
import { asGuest, type Guest } from './guest.js';

/** Leaves for the page what kept a guest from a step. @throws LinkEnded */
export function tellProblem(guest: Guest, { message, remedy }: CallerError): Promise<void> {
  return asGuest(guest, async ({ scope, visit }) => {
    scope.em.assign(visit, { problem: { kind: 'form', message, ...(remedy !== undefined && { remedy }) } });
  });
}
