import { enter } from './require-node.js';

await enter(() => import('./cli/main.js'));
