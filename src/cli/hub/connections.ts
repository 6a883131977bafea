import { plain } from '../plain.js';
import { type Act, Misunderstood } from './act.js';
import { minute, type Page, sayPage } from './listing.js';
import type { HubAtHand } from './reach-hub.js';

interface Listed {
  readonly id: string;
  readonly platform: string;
  readonly accountName: string;
  readonly customer: { readonly name: string };
  readonly health: {
    readonly credential: string;
    readonly credentialEndsAt: string | null;
    readonly freshness: string | null;
    readonly importsOnHold: number;
    readonly sync: string | null;
  };
  readonly lastError: { readonly message: string } | null;
}

const document = `
  query ($first: Int!, $customerId: ID, $credential: [CredentialHealth!]) {
    connections(first: $first, customerId: $customerId, credential: $credential) {
      totalCount
      nodes {
        id platform accountName customer { id name } createdAt lastError { code message remedy }
        health { credential credentialCheckedAt credentialEndsAt freshness importsOnHold sync usedAt }
      }
    }
  }`;

const list: Act = async (hub, wish, terminal) => {
  const { customer: customerId, states: credential, limit: first } = wish;
  const { connections: page } = await hub.ask<{ connections: Page<Listed> }>(document, {
    ...{ customerId, credential, first },
  });
  return sayPage(terminal, wish, page, ({ id, platform, accountName, customer, health, lastError }) => ({
    id,
    customer: customer.name,
    platform,
    account: accountName,
    credential: health.credential,
    ends: minute(health.credentialEndsAt),
    calls: health.sync ?? '',
    fresh: minute(health.freshness),
    'on hold': String(health.importsOnHold),
    problem: lastError?.message ?? '',
  }));
};

interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly leftAt: string | null;
}

/** Whom a link is for, when the operator has not said it: the one contact there is. */
async function onlyContact(hub: HubAtHand, connectionId: string): Promise<string> {
  const { connection } = await hub.ask<{ connection: { customerId: string } }>(
    'query ($id: ID!) { connection(id: $id) { customerId } }',
    { id: connectionId },
  );
  const { contacts } = await hub.ask<{ contacts: Page<Person> }>(
    'query ($customerId: ID!) { contacts(customerId: $customerId, first: 100) { totalCount nodes { id name email leftAt } } }',
    connection,
  );
  const [first, ...others] = contacts.nodes.filter(({ leftAt }) => leftAt === null);
  if (first === undefined)
    throw new Misunderstood('The customer has no contact yet: enter one with the mutation createContact.');
  if (others.length === 0) return first.id;
  const lines = [first, ...others].map(({ id, name, email }) => plain(`${id}  ${name} <${email}>`));
  throw new Misunderstood(`Say for whom with --contact:\n${lines.join('\n')}`);
}

interface Made {
  readonly address: string | null;
  readonly link: { readonly contact: Person; readonly expiresAt: string };
}

const link: Act = async (hub, { ids, contact, show }, terminal) => {
  const [connectionId, ...more] = ids;
  if (connectionId === undefined || more.length > 0) throw new Misunderstood('Say which connection, by id.');
  const contactId = contact ?? (await onlyContact(hub, connectionId));
  const { made } = await hub.ask<{ made: Made }>(
    `mutation ($input: CreateReconnectLinkInput!) {
       made: createReconnectLink(input: $input) { address link { expiresAt contact { name email } } }
     }`,
    { input: { connectionId, contactId, delivery: show ? 'SHOW' : 'MAIL' } },
  );
  const { name, email } = made.link.contact;
  const way = made.address === null ? 'is mailed to' : `${made.address} is for`;
  terminal.say(`${plain(`The link ${way} ${name} <${email}>`)} and works until ${minute(made.link.expiresAt)}.\n`);
  return 0;
};

export const connections: Readonly<Record<string, Act>> = { list, link };
