export const platformHelp = `  platform check <id>
                   asks the real platform, with a credential from the environment, and tells which facts of its
                   connector hold; reads only, a handful of requests; \`--days 90\` looks further back, \`--json\` is for
                   programs: { ok, platform, facts: [{ fact, state, says }] }; ends with 1 when one is refuted
  platform subscriptions <id>
                   who sets up the events that the platform sends by itself, and the subscriptions that it knows
  platform subscriptions <id> make <our address> --secret-file <new file>
  platform subscriptions <id> renew|end <subscription>
                   makes one and keeps its secret in that file, lets it live on, or ends it
  platform event <id> --url <our address> --headers <file> --body <file> [--at <time>]
                   whether a request that was kept is a genuine event and what it leads to; headers one to a line; its
                   secret is CHECK_<ID>_WEBHOOK_SECRET; ends with 1 when it is refused
`;
