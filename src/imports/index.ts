import { Import } from './import.entity.js';
import { ImportResolver } from './import.resolver.js';

export const feature = { entities: [Import], resolvers: [ImportResolver] };
