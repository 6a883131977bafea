import type { TestHub } from './hub.js';
import type { GongSandbox } from './sandbox.js';

/** The first half of the main trip: a customer with a connected account. */
export async function connectedCustomer(hub: Pick<TestHub, 'ask'>, sandbox: Pick<GongSandbox, 'secret'>, key?: string) {
  const { createCustomer } = await hub.ask('mutation { createCustomer(input: { name: "Acme" }) { id } }', {}, key);
  const connection = await connectGong(hub, sandbox, createCustomer.id, key);
  return { customerId: createCustomer.id as string, connectionId: connection.id as string };
}

export async function connectGong(
  hub: Pick<TestHub, 'ask'>,
  sandbox: Pick<GongSandbox, 'secret'>,
  customerId: string,
  key?: string,
) {
  const { connectWithSecret } = await hub.ask(
    `mutation ($customerId: ID!, $secret: [SecretValueInput!]!) {
      connectWithSecret(input: { customerId: $customerId, platform: "gong", secret: $secret }) {
        id accountId accountName warnings { code message remedy } health { credential }
      }
    }`,
    { customerId, secret: Object.entries(sandbox.secret).map(([name, value]) => ({ name, value })) },
    key,
  );
  return connectWithSecret;
}

export async function startImport(
  hub: Pick<TestHub, 'ask'>,
  sandbox: Pick<GongSandbox, 'window'>,
  connectionId: string,
  key?: string,
): Promise<string> {
  const { startImport: started } = await hub.ask(
    'mutation ($input: StartImportInput!) { startImport(input: $input) { id status } }',
    { input: { connectionId, ...sandbox.window } },
    key,
  );
  return started.id;
}

export const progressFields = `status finished sequence found stored added transcripts unusable requests percent callsPerSecond
  secondsLeft bindingLimit waitingUntil waitReason problem { code message remedy }`;

/** All progress of an import up to its end; `hear` is told as it comes. */
export async function watchToEnd(
  hub: Pick<TestHub, 'subscribe'>,
  importId: string,
  key?: string,
  // biome-ignore lint/suspicious/noExplicitAny: tests know what they asked for.
  hear?: (progress: any) => void,
) {
  const seen = [];
  const document = `subscription ($id: ID!) { importProgress(importId: $id) { ${progressFields} } }`;
  for await (const { data, errors } of hub.subscribe(document, { id: importId }, key)) {
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    seen.push(data.importProgress);
    hear?.(data.importProgress);
  }
  return seen;
}
