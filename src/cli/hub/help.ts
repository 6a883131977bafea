/** What is done through the API of a hub at work. */
export const hubVerbs: readonly string[] = ['connections', 'imports', 'syncs', 'alerts', 'outbox'];

export const hubHelp = `  connections      the accounts of customers with their health; --customer, --state VALID,BROKEN,… chooses by credential
  connections link <id>
                   mails a link by which the customer's contact renews the credential; --contact <id> where there are
                   several, --show to send it yourself
  imports          the newest imports; --customer, --connection and --status RUNNING,FAILED choose, --limit 50 shows more
  imports watch <id>
                   a bar that moves until the import has ended, or a line now and then where nobody can see it move; ends
                   with 1 when the import has failed or was cancelled
  imports pause|resume|cancel <id …>
  syncs            syncs with their health; --customer, --connection, --state ACTIVE|PAUSED
  syncs run|pause|resume <id …>
  alerts           what is wrong now; --customer, --connection, --state OPEN,ACKNOWLEDGED,RESOLVED
  alerts ack|resolve <id …>
  alerts snooze <id …> --for 4h
                   lets nobody be reminded for so many minutes (30m), hours or days (2d)
  outbox           what waits, what was given up and what is only kept: messages to endpoints, mails, notices
  outbox replay [id …]
                   sends messages to endpoints again that were given up, all of them or these; --endpoint <id> only those
                   to one; --dry-run only tells which
  outbox replay --endpoint <id> --from <time> [--to <time>]
                   sends an endpoint what it has not taken of a stretch of time
`;

/** Of all of these. */
export const hubNote = `                   These ask a running hub, at HOST and PORT with the key in PATCHBAY_ADMIN_KEY or in the data folder, or at
                   --hub https://… with the key in PATCHBAY_ADMIN_KEY; http only goes to private addresses. --json is for
                   programs. They end with 1 when something was refused.
`;
