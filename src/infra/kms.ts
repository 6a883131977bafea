import type { Egress, Kms, Log } from '../core/ports.js';
import { awsKms, type AwsKmsPlace } from './kms/aws.js';
import { localKms, type NamedKey } from './kms/local.js';

export interface KmsOptions {
  /** Newest first. Beside another driver they still unwrap, so that a hub can move to it. */
  readonly keys: readonly NamedKey[];
  /** Set when AWS wraps what is new. */
  readonly aws: AwsKmsPlace | undefined;
}

/** Where the keys are kept that wrap data keys. */
export async function openKms(
  { keys, aws }: KmsOptions,
  { egress, log }: { readonly egress: Egress; readonly log: Log },
): Promise<Kms> {
  const local = localKms(keys);
  if (aws === undefined) return local;
  const amazon = await awsKms(aws, egress, log);
  return {
    ...amazon,
    unwrap: (wrapped, context) => (isArn(wrapped.wrappedBy) ? amazon : local).unwrap(wrapped, context),
    keys: async () => [...(await amazon.keys()), ...(await local.keys())],
  };
}

/** Whether the id is one of AWS KMS. Names of local keys hold no colon. */
export function isArn(id: string): boolean {
  return id.startsWith('arn:');
}
