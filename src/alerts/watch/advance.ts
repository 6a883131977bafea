/**
 * The life of an alert, as far as time and what is seen decide: pending, open, resolved; and when people are told, and which.
 *
 * It opens when two looks a minute apart have seen it, or at once when nothing is in doubt. It is told when it opens, when
 * it gets worse or nearer, after a day, and then weekly; when it is over, once. An error that nobody acknowledges is told to
 * others step by step, and is in a weekly list after the last one. What comes and goes is held open longer each
 * time, and after three times in a day it is one unstable alert until six hours were quiet.
 */
import { AlertSeverity, AlertState } from '../alert-kind.js';
import { type EscalationStep, escalationSteps, hoursOf } from '../../notices/index.js';
import type { Finding } from '../finding.js';

/** What of an alert its life depends on. */
export interface Life {
  state: AlertState;
  severity: AlertSeverity;
  step: number;
  firstSeenAt: Date;
  openedAt: Date | null;
  snoozedUntil: Date | null;
  unstable: boolean;
  onsets: string[];
  calmSince: Date | null;
  toldAt: Date | null;
  toldSeverity: AlertSeverity | null;
  toldStep: number | null;
  timesTold: number;
  resolvedAt: Date | null;
  acknowledgedAt: Date | null;
  acknowledgedBy: string | null;
  escalatesFrom: Date | null;
  stepsTaken: number;
}

/** What a look changes, beside the columns: people are told of `tell`, and others by `step`; `drop` was never more than a suspicion. */
export type Outcome =
  | {
      readonly opened: boolean;
      readonly tell: 'opened' | 'worse' | 'unstable' | 'reminder' | undefined;
      readonly step?: EscalationStep;
    }
  | { readonly resolved: true; readonly tell: 'resolved' | undefined }
  | 'drop'
  | undefined;

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const doubtMs = minute;
const unstableAfter = 3;
const unstableQuietMs = 6 * hour;
const secondQuietMs = 30 * minute;
const weights: Readonly<Record<AlertSeverity, number>> = { WARNING: 1, ERROR: 2, PAGE: 3 };

function isWorse(now: AlertSeverity, before: AlertSeverity | null): boolean {
  return weights[now] > (before === null ? 0 : weights[before]);
}

/** It is seen at `now`. @param isHushed nobody is to be told of it by itself. */
export function seen(
  life: Life,
  { severity, step = 0 }: Pick<Finding, 'severity' | 'step'>,
  { now, isSure, isHushed }: { readonly now: Date; readonly isSure: boolean; readonly isHushed: boolean },
): Outcome {
  life.severity = severity;
  life.step = step;
  if (life.calmSince !== null) {
    life.calmSince = null;
    life.onsets = recent([...life.onsets, now.toISOString()], now);
  }
  let opened = false;
  if (life.state === AlertState.PENDING) {
    if (!isSure && now.getTime() - life.firstSeenAt.getTime() < doubtMs) return undefined;
    Object.assign(life, { state: AlertState.OPEN, openedAt: now });
    opened = true;
  }
  const becameUnstable = !life.unstable && recent(life.onsets, now).length >= unstableAfter;
  if (becameUnstable) life.unstable = true;
  const tell = isHushed ? undefined : reasonToTell(life, now, becameUnstable);
  if (tell !== undefined) noteTold(life, now);
  const next = isHushed ? undefined : nextStep(life);
  const isDue = next !== undefined && next.at <= now;
  if (isDue) {
    life.stepsTaken += 1;
    countOn(life, now);
  }
  if (!opened && tell === undefined && !isDue) return undefined;
  return { opened, tell, ...(isDue && { step: next.step }) };
}

/** To whom it is told next, and when, if nobody acknowledges it and it stays as it is. */
export function nextStep({
  state,
  severity,
  escalatesFrom,
  stepsTaken,
}: Pick<Life, 'state' | 'severity' | 'escalatesFrom' | 'stepsTaken'>):
  | { readonly step: EscalationStep; readonly at: Date }
  | undefined {
  const step = escalationSteps[stepsTaken];
  if (step === undefined || escalatesFrom === null) return undefined;
  if (state !== AlertState.OPEN || severity === AlertSeverity.WARNING) return undefined;
  return { step, at: new Date(escalatesFrom.getTime() + hoursOf(step) * hour) };
}

/**
 * From the last step to the next as much time is left as lies between the two, if the last was late, since nobody looked, or nobody
 * was to be told by itself: else all that were missed would follow one another at once.
 */
export function countOn(life: Pick<Life, 'escalatesFrom' | 'stepsTaken'>, now: Date): void {
  if (life.escalatesFrom === null) return;
  const last = escalationSteps[life.stepsTaken - 1];
  const from = now.getTime() - (last === undefined ? 0 : hoursOf(last) * hour);
  life.escalatesFrom = new Date(Math.max(from, life.escalatesFrom.getTime()));
}

/** It is not seen any more. */
export function gone(life: Life, { now, isSure }: { readonly now: Date; readonly isSure: boolean }): Outcome {
  if (life.state === AlertState.PENDING) return 'drop';
  life.calmSince ??= now;
  if (now.getTime() - life.calmSince.getTime() < quietMs(life, now, isSure)) return undefined;
  Object.assign(life, { state: AlertState.RESOLVED, resolvedAt: now });
  return { resolved: true, tell: life.timesTold > 0 ? 'resolved' : undefined };
}

/** How long nothing must be seen before it is over. */
function quietMs({ unstable, onsets }: Life, now: Date, isSure: boolean): number {
  if (unstable) return unstableQuietMs;
  return recent(onsets, now).length > 1 && !isSure ? secondQuietMs : 0;
}

/** Of the last day. */
export function recent(onsets: readonly string[], now: Date): string[] {
  return onsets.filter(at => now.getTime() - Date.parse(at) < day);
}

function reasonToTell(
  life: Life,
  now: Date,
  becameUnstable: boolean,
): 'opened' | 'worse' | 'unstable' | 'reminder' | undefined {
  const { toldAt, toldSeverity, toldStep, severity, step, snoozedUntil, timesTold, state } = life;
  if (toldAt === null) return life.unstable ? 'unstable' : 'opened';
  if (isWorse(severity, toldSeverity) || step > (toldStep ?? 0)) return 'worse';
  if (becameUnstable) return 'unstable';
  if (life.unstable || state === AlertState.ACKNOWLEDGED || (snoozedUntil !== null && snoozedUntil > now))
    return undefined;
  // Then it is in the weekly list.
  if (life.stepsTaken === escalationSteps.length && severity !== AlertSeverity.WARNING) return undefined;
  // After a day, and then weekly.
  const waitMs = timesTold === 1 ? day : 7 * day;
  return now.getTime() - toldAt.getTime() >= waitMs ? 'reminder' : undefined;
}

function noteTold(life: Life, now: Date): void {
  const { severity, step, timesTold, toldSeverity } = life;
  if (severity !== AlertSeverity.WARNING && isWorse(severity, toldSeverity)) {
    Object.assign(life, { escalatesFrom: now, stepsTaken: 0 });
    // Whoever looks after it said so of something that was not as bad.
    if (life.state === AlertState.ACKNOWLEDGED)
      Object.assign(life, { state: AlertState.OPEN, acknowledgedAt: null, acknowledgedBy: null });
  }
  Object.assign(life, { toldAt: now, toldSeverity: severity, toldStep: step, timesTold: timesTold + 1 });
}
