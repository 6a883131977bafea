import { KeyServiceError } from '../../core/key-service.js';
import { isUnavailable } from '../../core/unavailable.js';

/** A knot of locks, one that was waited for too long, a statement that was ended. */
const passingCodes: readonly unknown[] = ['40001', '40P01', '55P03', '57014'];

/** Whether the error says nothing about the record in hand: what is tried later may go well. */
export function passes(error: unknown): boolean {
  if (isUnavailable(error) || error instanceof KeyServiceError) return true;
  return passingCodes.includes((error as { readonly code?: unknown }).code);
}
