// All swaps of accounts and all looks of scanners, of which `npm test` does a share.
process.env['LINK_SWAPS'] ??= '200';
process.env['LINK_LOOKS'] ??= '1000';
await import('../access/links/attacks.test.js');
