import { jsonText } from '../plain.js';
import { type Act, type HubWish, Misunderstood } from './act.js';
import { HubRefused } from './reach-hub.js';

interface Done {
  readonly id: string;
  readonly state: string;
}

/**
 * An act on things by their ids, one after another; what is refused keeps no other from being done.
 *
 * @param mutation takes `id` and perhaps more.
 * @param state the field that tells how each stands afterwards.
 * @param more further arguments: their types, and their values as the operator said them.
 */
export function onEach(mutation: string, state: string, more: More = none): Act {
  const types = Object.entries(more.types);
  const declared = ['$id: ID!', ...types.map(([name, type]) => `$${name}: ${type}`)].join(', ');
  const given = ['id: $id', ...types.map(([name]) => `${name}: $${name}`)].join(', ');
  const document = `mutation (${declared}) { done: ${mutation}(${given}) { id state: ${state} } }`;
  return async (hub, wish, terminal) => {
    if (wish.ids.length === 0) throw new Misunderstood('Say which, by id.');
    const values = more.values(wish);
    const outcomes: (Done | { readonly id: string; readonly refused: string })[] = [];
    for (const id of wish.ids) {
      try {
        const { done } = await hub.ask<{ done: Done }>(document, { id, ...values });
        outcomes.push(done);
        if (!wish.json) terminal.say(`${done.id}  ${done.state}\n`);
      } catch (error) {
        if (!(error instanceof HubRefused)) throw error;
        outcomes.push({ id, refused: error.message });
        if (!wish.json) terminal.say(`${error.message}\n`);
      }
    }
    if (wish.json) terminal.say(`${jsonText(outcomes, 2)}\n`);
    return outcomes.every(outcome => 'state' in outcome) ? 0 : 1;
  };
}

interface More {
  readonly types: Readonly<Record<string, string>>;
  values(wish: HubWish): Readonly<Record<string, unknown>>;
}

const none: More = { types: {}, values: () => ({}) };
