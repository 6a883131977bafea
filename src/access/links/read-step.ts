import type { AuthMethod } from '#connector';
import { matrixRow } from '../../catalog/index.js';
import { ColleagueDecision, type Colleague, LinkPurpose } from './link.entity.js';
import type { Guest } from './guest.js';
import { masked, maskedAddress } from './mask.js';
import type { VisitProblem } from './visit.entity.js';

/** What everybody who holds the link may know. */
export interface LinkFacts {
  readonly operator: string;
  /** A person at the operator's, when one made the link. */
  readonly askedBy: string | undefined;
  readonly customer: string;
  readonly platform: string;
  readonly purpose: LinkPurpose;
  /** Masked. Absent: whichever account of the customer it is. */
  readonly expectedAccount: string | undefined;
  readonly reads: readonly string[];
  /** Masked. */
  readonly codeGoesTo: string;
}

/** Where a guest stands, and what is shown to them there. */
export type ConnectStep =
  | { readonly step: 'intro' }
  | { readonly step: 'code' }
  | { readonly step: 'done'; readonly account?: string }
  | {
      readonly step: 'ways-in';
      readonly methods: readonly AuthMethod[];
      readonly colleague: Colleague | undefined;
      readonly brings: readonly string[];
    }
  | {
      readonly step: 'confirm';
      readonly account: string;
      readonly warnings: readonly { readonly message: string; readonly remedy: string }[];
    };

export type StepSeen = ConnectStep & { readonly about: LinkFacts; readonly problem: VisitProblem | undefined };

export function readStep(guest: Guest): StepSeen {
  return { ...stepOf(guest), about: factsOf(guest), problem: guest.visit?.problem ?? undefined };
}

function stepOf({ visit, link, connector }: Guest): ConnectStep {
  if (visit === undefined) return { step: 'intro' };
  const { finishedAt, verifiedAt, proposal } = visit;
  if (finishedAt !== null) return { step: 'done', ...(proposal !== null && { account: proposal.account.name }) };
  if (verifiedAt === null) return { step: 'code' };
  if (proposal !== null) return { step: 'confirm', account: proposal.account.name, warnings: proposal.warnings };
  const waiting = link.colleague?.decision === ColleagueDecision.WAITING ? link.colleague : undefined;
  return { step: 'ways-in', methods: connector.auth, colleague: waiting, brings: connector.manifest.customerBrings };
}

function factsOf({ scope, link, customer, connection, connector }: Guest): LinkFacts {
  return {
    operator: scope.operatorName,
    askedBy: link.askedBy ?? undefined,
    customer: customer.name,
    platform: connector.manifest.name,
    purpose: link.purpose,
    expectedAccount: link.purpose === LinkPurpose.RECONNECT && connection ? masked(connection.accountName) : undefined,
    reads: matrixRow(connector).capabilities,
    codeGoesTo: maskedAddress(link.contact.email),
  };
}
