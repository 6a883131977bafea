import { readConfig } from '../../config.js';
import { KeyServiceError } from '../../core/key-service.js';
import { StartupProblem } from '../../core/startup-problem.js';
import { keysHelp } from './help.js';
import { listKeys } from './list-keys.js';
import { openKeys } from './open-keys.js';
import { retire } from './retire.js';
import { rotate } from './rotate.js';

export interface KeysWish {
  readonly act: string | undefined;
  /** What the act is about. */
  readonly id: string | undefined;
  readonly dryRun: boolean;
  readonly reseal: boolean;
  readonly wait: boolean;
}
/** Says a line to the operator. */
export type Tell = (line: string) => void;

/** @returns the exit code */
export async function runKeys(
  env: Readonly<Record<string, string | undefined>>,
  wish: KeysWish,
  tell: Tell,
): Promise<number> {
  const acts: Readonly<Record<string, typeof rotate>> = { list: listKeys, rotate, retire };
  const act = acts[wish.act ?? 'list'];
  if (act === undefined) {
    tell(`There is no act "${wish.act}" on keys.\n\n${keysHelp}`);
    return 1;
  }
  try {
    const keys = await openKeys(readConfig(env));
    try {
      return await act(keys, wish, tell);
    } finally {
      await keys.close();
    }
  } catch (error) {
    const { name } = ((error as Error).cause ?? {}) as { name?: string };
    if (error instanceof KeyServiceError) tell(`The key service refuses or does not answer (${name}).`);
    else if (error instanceof StartupProblem) tell(error.message);
    else throw error;
    return 1;
  }
}
