import { enter } from './require-node.js';

await enter(() => import('./hub.js'));
