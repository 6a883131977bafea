import type { KMSClient } from '@aws-sdk/client-kms';
import { BrokenPromise } from '../../core/errors.js';
import { KeyServiceError } from '../../core/key-service.js';
import type { Egress, Kms, KmsContext, KmsKey, Log } from '../../core/ports.js';
import { egressHandler } from './egress-handler.js';

export interface AwsKmsPlace {
  /** Id, ARN or alias of the key that wraps what is new. */
  readonly keyId: string;
  readonly region: string;
  /** In place of Amazon's own, such as an interface endpoint of a private network. */
  readonly endpoint: string | undefined;
}

/** What the service says when its answer would be the same again. */
const damaged = new Set(['InvalidCiphertextException', 'IncorrectKeyException']);
const passing = new Set([
  'ThrottlingException',
  'LimitExceededException',
  'KMSInternalException',
  'KMSInternalServerException',
  'DependencyTimeoutException',
  'KeyUnavailableException',
  'TimeoutError',
]);

/**
 * Keys in AWS KMS. A wrapped key is remembered under the ARN of its key, so an alias may be moved to another key.
 * Credentials are found as every program of Amazon's finds them: variables, files, or the machine's own role.
 */
export async function awsKms({ keyId, region, endpoint }: AwsKmsPlace, egress: Egress, log: Log): Promise<Kms> {
  // Loaded here, so that nobody who keeps keys elsewhere pays for it.
  const sdk = await import('@aws-sdk/client-kms');
  const client = new sdk.KMSClient({
    region,
    ...(endpoint !== undefined && { endpoint }),
    maxAttempts: 3,
    requestHandler: egressHandler(egress),
  });
  const ask = <T>(act: string, send: (client: KMSClient) => Promise<T>): Promise<T> =>
    send(client).catch((error: unknown) => {
      throw inOurWords(error, act, log);
    });
  const describe = (id: string) => ask('DescribeKey', at => at.send(new sdk.DescribeKeyCommand({ KeyId: id })));

  return {
    newest: async () => needed((await describe(keyId)).KeyMetadata?.Arn),
    async generate(context) {
      const command = new sdk.GenerateDataKeyCommand({
        ...{ KeyId: keyId, KeySpec: 'AES_256', EncryptionContext: contextFor(context) },
      });
      const { CiphertextBlob, KeyId, Plaintext } = await ask('GenerateDataKey', at => at.send(command));
      return { key: taken(Plaintext), wrapped: needed(CiphertextBlob), wrappedBy: needed(KeyId) };
    },
    async wrap(key, context) {
      const command = new sdk.EncryptCommand({
        ...{ KeyId: keyId, Plaintext: key, EncryptionContext: contextFor(context) },
      });
      const { CiphertextBlob, KeyId } = await ask('Encrypt', at => at.send(command));
      return { wrapped: needed(CiphertextBlob), wrappedBy: needed(KeyId) };
    },
    async unwrap({ wrapped, wrappedBy }, context) {
      // The key is named, so that a key of somebody else's cannot be slipped in with its ciphertext.
      const command = new sdk.DecryptCommand({
        ...{ KeyId: wrappedBy, CiphertextBlob: wrapped, EncryptionContext: contextFor(context) },
      });
      return taken((await ask('Decrypt', at => at.send(command))).Plaintext);
    },
    async keys(): Promise<readonly KmsKey[]> {
      const { Arn, KeyState } = (await describe(keyId)).KeyMetadata ?? {};
      return [{ id: needed(Arn), ...(KeyState !== 'Enabled' && { trouble: KeyState ?? 'Unknown' }) }];
    },
  };
}

function contextFor({ customer, purpose, version }: KmsContext): Record<string, string> {
  return { customer, purpose, version: String(version) };
}

function needed<T>(value: T | undefined): T {
  if (value === undefined) throw new BrokenPromise('The key service left something out of its answer.');
  return value;
}

/** A data key in memory of ours; the client's copy is wiped. */
function taken(bytes: Uint8Array | undefined): Buffer {
  const theirs = needed(bytes);
  const key = Buffer.from(theirs);
  theirs.fill(0);
  return key;
}

function inOurWords(error: unknown, act: string, log: Log): Error {
  const { name = 'Error', $metadata } = (error ?? {}) as { name?: string; $metadata?: { requestId?: string } };
  if (damaged.has(name))
    return new BrokenPromise('A wrapped key does not belong where it was found.', { cause: error });
  log.error('The key service did not do what was asked.', { act, error: name, request: $metadata?.requestId });
  return new KeyServiceError(passing.has(name), error);
}
