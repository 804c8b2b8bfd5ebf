/** The entry of the `moor` executable. */

import { main } from './main.ts';

// Standard output may be a pipe whose reader has gone; that ends the command quietly.
process.stdout.on('error', () => process.exit(0));
process.exitCode = await main(process.argv.slice(2));
