export * from './chance.js';
export * from './connector.js';
export * from './phone-number.js';
export * from './reader.js';
export * from './simulated-oauth.js';
export * from './simulated-webhooks.js';
export * from './simulator.js';
export * from './webhooks.js';
