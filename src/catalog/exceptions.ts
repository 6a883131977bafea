import { type Connector, type Exception, transcriptReader } from '#connector';

/** A check of the conformance kit that says nothing about a platform, and why. */
export interface ExceptionRow {
  readonly check: string;
  readonly reason: string;
}

/**
 * What the conformance kit does not show of a connector: checks of what the platform does not have, which follow from the
 * connector, and those that it is excused from. By the name of the check.
 */
export function exceptionsOf(connector: Connector): readonly ExceptionRow[] {
  const derived = Object.entries(doesNotHave).flatMap(([check, why]) => {
    const reason = why(connector);
    return reason === undefined ? [] : [{ check, reason }];
  });
  const declared: readonly Exception[] = connector.exceptions ?? [];
  return [...derived, ...declared].toSorted((a, b) => (a.check < b.check ? -1 : 1));
}

type Why = (connector: Connector) => string | undefined;

const withoutWebhooks = unless(({ webhooks }) => webhooks !== undefined, 'It has to be asked.');
const doesNotHave: Readonly<Record<string, Why>> = {
  'answers-challenge': unless(
    ({ webhooks }) => webhooks?.challenge !== undefined,
    'It asks for no proof that an address is ours.',
  ),
  'every-transcript': unless(connector => transcriptReader(connector) !== undefined, 'It has no transcripts.'),
  'file-hosts': unless(({ http }) => http.mediaDomains !== undefined, 'It answers nothing with a redirect to a file.'),
  'genuine-events': withoutWebhooks,
  'honest-preview': unless(({ preview }) => preview !== undefined, 'It does not say how many calls there are.'),
  'hostile-events': withoutWebhooks,
  'lowered-limits': unless(
    ({ http }) => http.quotaHeaders?.limit !== undefined,
    'Its replies do not say how much is allowed.',
  ),
  'penalty-box': unless(
    ({ http }) => http.silentWaitSeconds !== undefined,
    'It knows no penalty that asking begins anew.',
  ),
  subscription: unless(({ webhooks }) => webhooks?.setUp.by === 'hub', 'Subscriptions are not made by request.'),
};

function unless(has: (connector: Connector) => boolean, reason: string): Why {
  return connector => (has(connector) ? undefined : reason);
}
