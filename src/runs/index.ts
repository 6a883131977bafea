import { rowIdOf } from '../calls/index.js';
import type { SealedColumn } from '../core/sealed-column.js';
import { ConnectionHealthResolver } from './connection-health.resolver.js';
import { Gap } from './gap.entity.js';
import { Run } from './run.entity.js';
import { kept } from './drift/kept-drift.js';
import { UnreadResolver } from './unread/unread.resolver.js';
import { UnreadRecord } from './unread/unread-record.entity.js';
import { UnusableRecord } from './unusable-record.entity.js';

export { checkWindow } from './check-window.js';
export { executeRun } from './execute-run.js';
export { type CallFilter, everyCall } from './filter.js';
export { glance, isForGlance, keepSeen, type Seen } from './glance.js';
export { Gap, GapKind } from './gap.entity.js';
export { silentAfter, tellsOf } from './gaps.js';
export { measureRuns } from './measure-runs.js';
export { executeLookJob, executeRunJob, openDoneRun, openRun, wakeRun } from './open-run.js';
export { Run } from './run.entity.js';
export { isFinished, RunStatus } from './run.state.js';
export { type RunSnapshot, snapshotOf, workTopic } from './snapshot.js';
export { steerRun } from './steer-run.js';
export { sweepRuns } from './sweep-runs.js';
export { keptUnreadOf } from './unread/kept-unread.js';
export { KeptUnread } from './unread/kept-unread.type.js';
export { readUnreadAgain } from './unread/read-again.js';
export { UnusableRecord } from './unusable-record.entity.js';
export { watchRun } from './watch-run.js';

const sealed: readonly SealedColumn[] = ['document', 'transcript'].map(column => ({
  ...{
    table: 'unread_records',
    column,
    key: 'id',
    keyType: 'uuid',
    owner: 'customer',
    rowId: rowIdOf('t'),
    epoch: '0',
  },
}));

export const feature = {
  entities: [Gap, Run, UnreadRecord, UnusableRecord],
  resolvers: [ConnectionHealthResolver, UnreadResolver],
  sealed,
  kept,
};
