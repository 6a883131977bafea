import type { AwsKmsPlace } from '../infra/kms/aws.js';

interface KmsSettings {
  readonly driver: 'local' | 'aws';
  readonly keyId: string | undefined;
  readonly region: string | undefined;
  readonly endpoint: string | undefined;
}
type Name = 'PATCHBAY_KMS' | 'PATCHBAY_KMS_KEY_ID' | 'PATCHBAY_KMS_REGION';

/** What the variables of the key service say together; undefined when the keys are kept here. */
export function readKmsPlace(
  { driver, keyId, region, endpoint }: KmsSettings,
  refuse: (name: Name, reason: string) => void,
): AwsKmsPlace | undefined {
  if (driver === 'local') {
    if ([keyId, region, endpoint].some(value => value !== undefined))
      refuse('PATCHBAY_KMS', 'must be aws when other variables of PATCHBAY_KMS are set');
    return undefined;
  }
  if (keyId === undefined) {
    refuse('PATCHBAY_KMS_KEY_ID', 'must be set with PATCHBAY_KMS=aws');
    return undefined;
  }
  const found = region ?? /^arn:[\w-]+:kms:([a-z0-9-]+):/.exec(keyId)?.[1];
  if (found === undefined) {
    refuse('PATCHBAY_KMS_REGION', 'must be set when PATCHBAY_KMS_KEY_ID is no ARN');
    return undefined;
  }
  return { keyId, region: found, endpoint };
}
