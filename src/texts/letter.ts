import { inert } from '../core/inert.js';

/** A mail in one language. */
export interface MailText {
  readonly subject: string;
  /** Plain text: paragraphs with an empty line between them. An address of ours on a line of its own becomes a button. */
  readonly text: string;
}

export function letter(...paragraphs: readonly (string | undefined)[]): string {
  return `${paragraphs.filter(paragraph => paragraph !== undefined).join('\n\n')}\n`;
}

/** Names as they may stand in a mail. */
export function inertAll<T extends Readonly<Record<string, string | null>>>(names: T): T {
  return Object.fromEntries(Object.entries(names).map(([key, name]) => [key, name === null ? null : inert(name)])) as T;
}

/** The last moment before this one, for whoever reads of the last day that counts. */
export function lastOf(before: Date): Date {
  return new Date(before.getTime() - 1);
}
