import type { Bench } from './bench.js';
import { broken, type Fact, unclear } from './fact.js';
import { account } from './facts/account.js';
import { answers } from './facts/answers.js';
import { cursor } from './facts/cursor.js';
import { firstPage, readFirstPage } from './facts/first-page.js';
import { total } from './facts/total.js';
import { transcripts } from './facts/transcripts.js';
import { webhooks } from './facts/webhooks.js';

/** Tries a connector's facts on a real account, each by itself. Reads only; throws nothing. */
export async function checkPlatform(bench: Bench): Promise<readonly Fact[]> {
  const known = await account(bench).catch((error: unknown) => [broken('credential', error)]);
  if (known.length === 1)
    return [...known, unclear('the rest', 'Was not asked for, because the account is not open.'), ...answers(bench)];
  const haul = await readFirstPage(bench).catch((error: unknown) => broken('listing', error));
  const listed =
    'fact' in haul
      ? [haul]
      : [
          ...firstPage(bench, haul),
          ...(await total(bench, haul).catch((error: unknown) => [broken('total', error)])),
          ...(await cursor(bench, haul).catch((error: unknown) => [broken('cursor', error)])),
          ...(await transcripts(bench).catch((error: unknown) => [broken('transcripts', error)])),
        ];
  const told = await webhooks(bench).catch((error: unknown) => [broken('webhooks', error)]);
  return [...known, ...listed, ...told, ...answers(bench)];
}
