import type { SecretField } from '#connector';
import { matrixRow } from '../../catalog/index.js';
import { ColleagueDecision, type Colleague, LinkPurpose } from './link.entity.js';
import type { Guest } from './guest.js';
import { hasApp } from '../apps/has-app.js';
import { bringsClient } from '../oauth/client-for.js';
import { isEntered } from '../secret-form.js';
import { stillWorks } from '../still-works.js';
import { masked, maskedAddress } from './mask.js';
import { proposalIdOf } from './offer-secret.js';
import { proposedBySignIn } from './sign-in.js';
import type { VisitProblem } from './visit.entity.js';

/** What everybody who holds the link may know. */
export interface LinkFacts {
  readonly operator: string;
  /** A person at the operator's, when one made the link. */
  readonly askedBy: string | undefined;
  readonly customer: string;
  readonly platform: string;
  readonly purpose: LinkPurpose;
  /** The access that is to be renewed has not ended yet. */
  readonly stillWorks: boolean;
  /** Masked. Absent: whichever account of the customer it is. */
  readonly expectedAccount: string | undefined;
  readonly reads: readonly string[];
  /** Masked. Absent: no code is needed. */
  readonly codeGoesTo: string | undefined;
}

/** A way in; `at` is its place among the connector's. */
export type WayIn =
  | { readonly kind: 'form'; readonly at: number; readonly label: string; readonly fields: readonly SecretField[] }
  | { readonly kind: 'sign-in'; readonly at: number; readonly label: string };

/** Where a guest stands, and what is shown to them there. */
export type ConnectStep =
  | { readonly step: 'intro' }
  | { readonly step: 'code' }
  | { readonly step: 'done'; readonly account?: string }
  | {
      readonly step: 'ways-in';
      readonly methods: readonly WayIn[];
      readonly colleague: Colleague | undefined;
      readonly brings: readonly string[];
    }
  | {
      readonly step: 'confirm';
      /** Goes along with the answer: it is about this account and no other. */
      readonly proposalId: string;
      readonly account: string;
      readonly warnings: readonly { readonly message: string; readonly remedy: string }[];
    };

export type StepSeen = ConnectStep & { readonly about: LinkFacts; readonly problem: VisitProblem | undefined };

export async function readStep(guest: Guest): Promise<StepSeen> {
  return { ...(await stepOf(guest)), about: factsOf(guest), problem: problemOf(guest) };
}

function problemOf({ visit, signIn }: Guest): VisitProblem | undefined {
  if (visit === undefined || visit.problem !== null) return visit?.problem ?? undefined;
  if (signIn?.status !== 'failed' || signIn.problem === null) return undefined;
  const { message, remedy } = signIn.problem;
  return { kind: 'form', message, remedy };
}

async function stepOf(guest: Guest): Promise<ConnectStep> {
  const { visit, link, connector } = guest;
  if (visit === undefined) return { step: 'intro' };
  const { finishedAt, verifiedAt, proposal } = visit;
  if (finishedAt !== null) return { step: 'done', ...(proposal !== null && { account: proposal.account.name }) };
  if (verifiedAt === null) return { step: 'code' };
  const signedIn = proposedBySignIn(guest);
  const found = proposal ?? signedIn;
  if (found !== undefined) {
    const proposalId = proposal === null ? (signedIn?.sessionId ?? '') : proposalIdOf(visit);
    return { step: 'confirm', proposalId, account: found.account.name, warnings: found.warnings };
  }
  const waiting = link.colleague?.decision === ColleagueDecision.WAITING ? link.colleague : undefined;
  return {
    step: 'ways-in',
    // Whoever holds a ticket was sent here to sign in.
    methods: (await waysIn(guest)).filter(({ kind }) => link.contact !== null || kind === 'sign-in'),
    colleague: waiting,
    brings: connector.manifest.customerBrings,
  };
}

/** Those that a page can offer: by OAuth only where there is an app to do it with. */
async function waysIn({ scope, connector, link: { customerId, platform } }: Guest): Promise<WayIn[]> {
  const isRegistered = await hasApp(scope, platform, customerId);
  return connector.auth.flatMap((method, at): WayIn[] => {
    const { label, fields = [] } = method;
    const isUsable = method.kind === 'secret' || isRegistered || bringsClient(fields);
    if (!isUsable) return [];
    return [isEntered(method) ? { at, kind: 'form', label, fields } : { at, kind: 'sign-in', label }];
  });
}

function factsOf({ scope, link, customer, connection, connector }: Guest): LinkFacts {
  return {
    operator: scope.operatorName,
    askedBy: link.askedBy ?? undefined,
    customer: customer.name,
    platform: connector.manifest.name,
    purpose: link.purpose,
    stillWorks: connection !== undefined && stillWorks(connection),
    expectedAccount: link.purpose === LinkPurpose.RECONNECT && connection ? masked(connection.accountName) : undefined,
    reads: matrixRow(connector).capabilities,
    codeGoesTo: link.contact === null ? undefined : maskedAddress(link.contact.email),
  };
}
