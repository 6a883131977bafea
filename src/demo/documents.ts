/** The GraphQL that the demo sends: the public API and nothing else. */

export const createCustomer = `
  mutation ($name: String!) { createCustomer(input: { name: $name }) { id } }`;

export const connectWithSecret = `
  mutation ($customerId: ID!, $platform: ID!, $secret: [SecretValueInput!]!) {
    connectWithSecret(input: { customerId: $customerId, platform: $platform, secret: $secret }) {
      id accountName warnings { message }
    }
  }`;

export const startImport = `
  mutation ($connectionId: ID!, $from: DateTime!, $to: DateTime!) {
    startImport(input: { connectionId: $connectionId, from: $from, to: $to }) { id }
  }`;

export const importProgress = `
  subscription ($importId: ID!) {
    importProgress(importId: $importId) {
      status finished found stored transcripts unusable requests percent callsPerSecond secondsLeft bindingLimit
      waitReason problem { message remedy }
    }
  }`;

export interface Progress {
  readonly status: string;
  readonly finished: boolean;
  readonly found: number | null;
  readonly stored: number;
  readonly transcripts: number;
  readonly unusable: number;
  readonly requests: number;
  readonly percent: number | null;
  readonly callsPerSecond: number | null;
  readonly secondsLeft: number | null;
  readonly bindingLimit: string | null;
  readonly waitReason: string | null;
  readonly problem: { readonly message: string; readonly remedy: string } | null;
}

export const firstCalls = `
  query ($customerId: ID!) { calls(customerId: $customerId, first: 1) { totalCount nodes { id } } }`;

export const oneCall = `
  query ($id: ID!) {
    call(id: $id) {
      externalId startedAt durationSeconds title
      participants { name email phone role }
      provenance { text remoteId transcriptOrigin }
      transcript { language lines { speaker startSeconds text } }
    }
  }`;

export interface OneCall {
  readonly call: {
    readonly externalId: string;
    readonly startedAt: string;
    readonly durationSeconds: number | null;
    readonly title: string | null;
    readonly participants: readonly {
      readonly name: string | null;
      readonly email: string | null;
      readonly phone: string | null;
      readonly role: string | null;
    }[];
    readonly provenance: { readonly text: string; readonly remoteId: string; readonly transcriptOrigin: string | null };
    readonly transcript: {
      readonly lines: readonly { readonly speaker: string; readonly startSeconds: number; readonly text: string }[];
    } | null;
  };
}
