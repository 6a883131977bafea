import { CallerError } from '../../core/errors.js';
import type { BroughtRefusal } from './brought-row.js';

const bySignIn = 'have somebody sign in, by `createConnectLink`';

/** They were refreshed before, and what came of it is no more. */
export function spentBefore(platform: string): CallerError {
  return new CallerError('CREDENTIAL_REJECTED', `These tokens of ${platform} were brought in before, and are spent.`, {
    field: 'input.refreshToken',
    remedy: `Bring newer ones if the other system holds any; or ${bySignIn}.`,
  });
}

/** To send them once more would end what the other customer lives by. */
export function ofAnother(platform: string): CallerError {
  return new CallerError('CONFLICT', `These tokens of ${platform} were brought in for another customer.`, {
    field: 'input.customerId',
    remedy: `Nothing was sent. Look for \`credential.import-begun\` in \`auditEntries\` to see for whom; for this customer ${bySignIn}.`,
  });
}

export function ofAnotherApp(platform: string, clientId: string): CallerError {
  return new CallerError(
    'CONFLICT',
    `The tokens came by the app ${clientId} at ${platform}, which is another one now.`,
    {
      field: 'input.platform',
      remedy: 'Set that app by `setPlatformApp`, then bring the same tokens again.',
    },
  );
}

/** As it was found when they were refreshed. */
export function refusedForGood({ code, message, remedy }: BroughtRefusal): CallerError {
  return new CallerError(code, message, { remedy });
}
