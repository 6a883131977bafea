import type { Scope } from '../scope.js';
import { Channel } from './channel.entity.js';

/** Channels by these ids, those that were removed among them, and all that wait for an escalation. */
export async function readChannels({ em }: Scope, ids: readonly string[]): Promise<readonly Channel[]> {
  return em.find(Channel, { $or: [{ id: { $in: [...ids] } }, { escalation: { $ne: null }, removedAt: null }] });
}
