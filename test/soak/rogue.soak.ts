// All tries of a rogue platform, of which `npm test` makes a share.
process.env['ROGUE_TRIES'] ??= '200';
await import('../access/callback-attacks.test.js');
