// An import that outlives a great many tokens, of which `npm test` does a share.
process.env['SHORT_LIVED_CALLS'] ??= '5000';
process.env['SHORT_LIVED_SECONDS'] ??= '2';
await import('../access/short-lived.test.js');
