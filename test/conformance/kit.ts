/**
 * The conformance kit: what every connector must keep to, whoever wrote it.
 *
 * The kit drives the real engine over a platform's own simulator, in this process and on a clock of its own, so
 * an hour of waiting costs nothing. Faults are put in by the kit; authors never write them.
 */
import type { Connector, SimulatorDefinition } from '#connector';
import { exceptionsOf } from '../../src/catalog/exceptions.js';

/** A connector together with the pretend platform that judges it. */
export interface Subject {
  /** Name of the platform's folder. */
  readonly folder: string;
  readonly connector: Connector;
  readonly simulator: SimulatorDefinition;
}

export interface Check {
  /** A fact about the connector, in the present tense. */
  readonly fact: string;
  /** @throws Error when the fact does not hold. */
  run(subject: Subject): Promise<void>;
}

/** A connector that is broken in just the way its check must notice. */
export interface Twin {
  /** What is wrong with it. */
  readonly flaw: string;
  readonly subject: Subject;
}

/**
 * Runs a check, unless the matrix says why it is skipped. What the connector itself asks to be excused from has to fail.
 * @returns the reason why it was skipped, if it was.
 * @throws Error when the fact does not hold, or when the connector is excused from one that does.
 */
export async function judge(name: string, { run }: Check, subject: Subject): Promise<string | undefined> {
  const { connector } = subject;
  const reason = exceptionsOf(connector).find(({ check }) => check === name)?.reason;
  if (reason === undefined) {
    await run(subject);
    return undefined;
  }
  if (!connector.exceptions?.some(({ check }) => check === name)) return reason;
  const holds = await run(subject).then(
    () => true,
    () => false,
  );
  claim(!holds, `the connector is excused from ${name}, and would pass it: take the exception away`);
  return reason;
}

/** @throws Error with the words when the claim does not hold. */
export function claim(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}

/** @throws Error that names what is missing, strange or doubled in `found`. */
export function claimSame(found: readonly string[], expected: readonly string[], what: string): void {
  const missing = expected.filter(id => !found.includes(id));
  const strange = found.filter(id => !expected.includes(id));
  const doubled = found.length - new Set(found).size;
  claim(
    missing.length + strange.length + doubled === 0,
    `${what}: ${missing.length} missing (${missing.slice(0, 3).join(', ')}), ${strange.length} strange (${strange.slice(0, 3).join(', ')}), ${doubled} doubled`,
  );
}
