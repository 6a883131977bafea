import { inertJson } from '../core/inert.js';

/** What others wrote, without what would steer a terminal or turn the writing round. */
export function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 500);
}

/** A value for programs, which does no harm on a terminal either. */
export function jsonText(value: unknown, indent?: number): string {
  return inertJson(JSON.stringify(value, undefined, indent));
}
