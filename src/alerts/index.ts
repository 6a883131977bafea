/** The watch over everything: what is wrong, who has to act, and when it is over. */
import { Alert } from './alert.entity.js';
import { AlertResolver } from './alert.resolver.js';
import { kept } from './kept-alerts.js';

export { keepDeadMan } from './drill/keep-dead-man.js';
export { problemsOf, readStandingIn, type Standing } from './drill/standing.js';
export { measureAlerting } from './drill/measure-alerting.js';
export { holdBroken } from './watch/hold-broken.js';
export { keepWatch } from './watch/keep-watch.js';

export const feature = { entities: [Alert], resolvers: [AlertResolver], kept };
