import { AlertKind, AlertOwner, AlertSeverity } from '../alert-kind.js';
import type { Finding } from '../finding.js';
import type { Signal } from './signal.js';

interface ChannelRow {
  readonly id: string;
  readonly customer_id: string | null;
  readonly name: string;
  readonly problem: string | null;
  readonly has_fallback: boolean;
  readonly since: string;
}

interface EndpointRow {
  readonly id: string;
  readonly customer_id: string | null;
  readonly host: string;
  readonly is_disabled: boolean;
  readonly because: string | null;
  readonly since: string;
}

/** Channels by which people, and endpoints by which programs, are told nothing any more. */
export const waysOut: Signal = async ({ em }, { now }) => {
  const channels = await em.execute<ChannelRow[]>(failingChannels);
  const endpoints = await em.execute<EndpointRow[]>(failingEndpoints, [now]);
  return [...channels.map(channelDown), ...endpoints.map(endpointDown)];
};

function channelDown({ id, customer_id: customerId, name, problem, has_fallback, since }: ChannelRow): Finding {
  return {
    ...{ kind: AlertKind.CHANNEL_DOWN, severity: AlertSeverity.ERROR, owner: AlertOwner.OPERATOR, part: id },
    ...(customerId !== null && { customerId }),
    problem:
      `Nothing gets through a channel for notices${has_fallback ? '; the one behind it stands in' : ', and none stands in for it'}. ${problem ?? ''}`.trim(),
    remedy:
      'See `noticeChannels { name problem failingSince }`. Set it up again with a new address if this one is gone, and give it a fallback with `changeNoticeChannel`.',
    ...{ details: { channelId: id, channel: name }, occurrence: since, since: new Date(since) },
  };
}

function endpointDown({ id, customer_id: customerId, host, is_disabled, because, since }: EndpointRow): Finding {
  return {
    ...{
      kind: AlertKind.ENDPOINT_DOWN,
      owner: customerId === null ? AlertOwner.OPERATOR : AlertOwner.CUSTOMER,
      part: id,
    },
    ...(customerId !== null && { customerId }),
    severity: is_disabled ? AlertSeverity.ERROR : AlertSeverity.WARNING,
    problem: is_disabled
      ? `An endpoint of another program is sent nothing any more. ${because ?? ''}`.trim()
      : 'An endpoint of another program takes no messages; they are kept and tried again.',
    remedy: is_disabled
      ? 'When it works again, enable it with `updateEndpoint` and send what it missed with `replayChanges`.'
      : 'See `deliveries` for what it answers. After five days without a message taken it is disabled.',
    ...{ details: { endpointId: id, host }, occurrence: since, since: new Date(since) },
  };
}

// As long as the one behind it waits before it stands in.
const failingChannels = `
select id, customer_id, name, problem, failing_since as since,
  exists (select from notice_channels b where b.id = c.fallback_id and b.removed_at is null) as has_fallback
from notice_channels c where removed_at is null and failing_since < clock_timestamp() - interval '5 minutes'`;

// Of the address the host alone: what stands behind it, even without a slash, may be a secret.
const failingEndpoints = `
select id, customer_id, split_part(split_part(split_part(url, '//', 2), '/', 1), chr(63), 1) as host, state = 'DISABLED' as is_disabled, disabled_because as because, failing_since as since
from endpoints where failing_since is not null and (state = 'DISABLED' or failing_since < ?::timestamptz - interval '1 hour')`;
