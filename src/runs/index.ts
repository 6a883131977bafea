import { ConnectionHealthResolver } from './connection-health.resolver.js';
import { Gap } from './gap.entity.js';
import { Run } from './run.entity.js';
import { UnusableRecord } from './unusable-record.entity.js';

export { checkWindow } from './check-window.js';
export { executeRun } from './execute-run.js';
export { type CallFilter, everyCall } from './filter.js';
export { glance, isForGlance, keepSeen, type Seen } from './glance.js';
export { Gap, GapKind } from './gap.entity.js';
export { silentAfter, tellsOf } from './gaps.js';
export { measureRuns } from './measure-runs.js';
export { executeRunJob, openDoneRun, openRun, wakeRun } from './open-run.js';
export { Run } from './run.entity.js';
export { isFinished, RunStatus } from './run.state.js';
export { type RunSnapshot, snapshotOf, workTopic } from './snapshot.js';
export { steerRun } from './steer-run.js';
export { sweepRuns } from './sweep-runs.js';
export { UnusableRecord } from './unusable-record.entity.js';
export { watchRun } from './watch-run.js';

export const feature = { entities: [Gap, Run, UnusableRecord], resolvers: [ConnectionHealthResolver] };
