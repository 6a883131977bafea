import { M0001Foundation } from './m0001-foundation.js';
import { M0002IdempotencyRecords } from './m0002-idempotency-records.js';
import { M0003Contacts } from './m0003-contacts.js';
import { M0004ConnectionChanges } from './m0004-connection-changes.js';
import { M0005OAuth } from './m0005-oauth.js';
import { M0006OutboxAndLinks } from './m0006-outbox-and-links.js';
import { M0007Keys } from './m0007-keys.js';
import { M0008PlatformStops } from './m0008-platform-stops.js';
import { M0009WaysIn } from './m0009-ways-in.js';
import { M0010GivingBack } from './m0010-giving-back.js';
import { M0011DormantCredentials } from './m0011-dormant-credentials.js';
import { M0012QuotaGroups } from './m0012-quota-groups.js';
import { M0014EpochOfStops } from './m0014-epoch-of-stops.js';
import { M0015LinksThatEnd } from './m0015-links-that-end.js';
import { M0016AccountMoves } from './m0016-account-moves.js';
import { M0017EarlierRuns } from './m0017-earlier-runs.js';
import { M0019GivingBackAgain } from './m0019-giving-back-again.js';
import { M0020PublicAddress } from './m0020-public-address.js';
import { M0022LargerPlans } from './m0022-larger-plans.js';
import { M0024UnfinishedWaysIn } from './m0024-unfinished-ways-in.js';
import { M0026ExactDurations } from './m0026-exact-durations.js';
import { M0027MediaAndCoverage } from './m0027-media-and-coverage.js';
import { M0028Syncs } from './m0028-syncs.js';
import { M0029Hooks } from './m0029-hooks.js';
import { M0031ChangeFeed } from './m0031-change-feed.js';
import { M0032Deliveries } from './m0032-deliveries.js';
import { M0033Alerts } from './m0033-alerts.js';
import { M0034Notices } from './m0034-notices.js';
import { M0035CallDays } from './m0035-call-days.js';
import { M0036RefusedDetails } from './m0036-refused-details.js';
import { M0037Recounts } from './m0037-recounts.js';
import { M0039RemovalsTold } from './m0039-removals-told.js';
import { M0040LooksAtRuns } from './m0040-looks-at-runs.js';
import { M0041UnannouncedCalls } from './m0041-unannounced-calls.js';
import { M0042FencedHooks } from './m0042-fenced-hooks.js';
import { M0044FactsHeld } from './m0044-facts-held.js';
import { M0045Alerting } from './m0045-alerting.js';
import { M0046MailsInLanguages } from './m0046-mails-in-languages.js';
import { M0047Digests } from './m0047-digests.js';
import { M0048Rereads } from './m0048-rereads.js';
import { M0049HoldsAndDrills } from './m0049-holds-and-drills.js';
import { M0050Shapes } from './m0050-shapes.js';
import { M0051Traces } from './m0051-traces.js';
import { M0052Escalation } from './m0052-escalation.js';
import { M0053RefusedEvents } from './m0053-refused-events.js';
import { M0054UnreadRecords } from './m0054-unread-records.js';
import { M0055Drift } from './m0055-drift.js';
import { M0057Lanes } from './m0057-lanes.js';

/** In order, never edited after a release. */
export const migrations = [
  M0001Foundation,
  M0002IdempotencyRecords,
  M0003Contacts,
  M0004ConnectionChanges,
  M0005OAuth,
  M0006OutboxAndLinks,
  M0007Keys,
  M0008PlatformStops,
  M0009WaysIn,
  M0010GivingBack,
  M0011DormantCredentials,
  M0012QuotaGroups,
  M0014EpochOfStops,
  M0015LinksThatEnd,
  M0016AccountMoves,
  M0017EarlierRuns,
  M0019GivingBackAgain,
  M0020PublicAddress,
  M0022LargerPlans,
  M0024UnfinishedWaysIn,
  M0026ExactDurations,
  M0027MediaAndCoverage,
  M0028Syncs,
  M0029Hooks,
  M0031ChangeFeed,
  M0032Deliveries,
  M0033Alerts,
  M0034Notices,
  M0035CallDays,
  M0036RefusedDetails,
  M0037Recounts,
  M0039RemovalsTold,
  M0040LooksAtRuns,
  M0041UnannouncedCalls,
  M0042FencedHooks,
  M0044FactsHeld,
  M0045Alerting,
  M0046MailsInLanguages,
  M0047Digests,
  M0048Rereads,
  M0049HoldsAndDrills,
  M0050Shapes,
  M0051Traces,
  M0052Escalation,
  M0053RefusedEvents,
  M0054UnreadRecords,
  M0055Drift,
  M0057Lanes,
];
