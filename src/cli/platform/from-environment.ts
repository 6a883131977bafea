import { readFileSync } from 'node:fs';
import { StartupProblem } from '../../core/startup-problem.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** `CHECK_ZOOM_PHONE_ACCOUNT_ID`, for a value of this name; capitals within a name begin a new word. */
export function checkName(platform: string, value: string): string {
  const words = `${platform}-${value}`.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2');
  return `CHECK_${words.replaceAll(/[^A-Za-z0-9]+/g, '_').toUpperCase()}`;
}

/**
 * A value of the environment, or the content of the file that its `_FILE` names. Undefined: neither is set.
 * @throws StartupProblem without the value or the path.
 */
export function readValue(env: Environment, name: string): string | undefined {
  const [value, file] = [env[name], env[`${name}_FILE`]].map(text => text?.trim() ?? '');
  if (value !== '') return value;
  if (!file) return undefined;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartupProblem(`${name}_FILE must name a file that can be read (${code}).`);
  }
}
