/**
 * The conformance kit: what every connector must keep to, whoever wrote it.
 *
 * The kit drives the real engine over a platform's own simulator, in this process and on a clock of its own, so
 * an hour of waiting costs nothing. Faults are put in by the kit; authors never write them.
 */
import type { Connector, SimulatorDefinition } from '#connector';

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
  /** Why the check says nothing about this connector; undefined when it does. */
  skip?(subject: Subject): string | undefined;
  /** @throws Error when the fact does not hold. */
  run(subject: Subject): Promise<void>;
}

/** A connector that is broken in just the way its check must notice. */
export interface Twin {
  /** What is wrong with it. */
  readonly flaw: string;
  readonly subject: Subject;
}

/** A check that a platform is excused from. Declared by the simulator; the reason is printed. */
export interface Exception {
  readonly check: string;
  readonly reason: string;
}

export function exceptionsOf({ simulator }: Subject): readonly Exception[] {
  return (simulator as SimulatorDefinition & { readonly exceptions?: readonly Exception[] }).exceptions ?? [];
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
