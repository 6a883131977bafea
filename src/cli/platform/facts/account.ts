import { checkAccount } from '../../../access/index.js';
import type { Bench } from '../bench.js';
import { confirmed, type Fact, refuted, unclear } from '../fact.js';

/** Asked twice, because calls are kept under the account's id. The name is a company's, so it is not told. */
export async function account({ connector, asker, opened }: Bench): Promise<Fact[]> {
  const [first, second] = [await checkAccount(connector, asker), await checkAccount(connector, asker)];
  const accepted = confirmed('credential', `Accepted, by "${opened.method.label}".`);
  if (first.id === undefined)
    return [accepted, unclear('account', 'Nothing names it, so each connection counts as an account of its own.')];
  if (first.id !== second.id) return [accepted, refuted('account', 'It has another id each time it is asked for.')];
  const named = first.name === '' ? 'but has no name' : `and has a name of ${first.name.length} characters`;
  return [
    accepted,
    confirmed('account', `Its id is the same when asked again (${first.id.length} characters), ${named}.`),
  ];
}
