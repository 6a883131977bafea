const [minute, hour] = [60, 3_600];

/** Seconds before each try after the first, as Standard Webhooks has them: ten tries in some 76 hours. */
const waits = [5, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour];

/** Seconds until the next try after so many; undefined when there is none. A tenth more or less, so that not all come at once. */
export function waitAfter(tries: number): number | undefined {
  const wait = waits[tries - 1];
  return wait === undefined ? undefined : jittered(wait);
}

/** From here on in a row an endpoint is left alone for a while, whatever waits for it. */
const patience = 5;
const [shortestRest, longestRest] = [30, 30 * minute];

/** Seconds to leave an endpoint alone after so many failures in a row; undefined: it may be sent to. */
export function restAfter(failures: number): number | undefined {
  if (failures < patience) return undefined;
  return jittered(Math.min(longestRest, shortestRest * 2 ** Math.min(10, failures - patience)));
}

function jittered(seconds: number): number {
  return seconds * (0.9 + Math.random() / 5);
}
