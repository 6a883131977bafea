import { Import } from './import.entity.js';
import { ImportResolver } from './import.resolver.js';

export { callsAddress, type CompletedImport, contactToTell, mailCompletion, mailGathered } from './mail-completion.js';

export const feature = { entities: [Import], resolvers: [ImportResolver] };
