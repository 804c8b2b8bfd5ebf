/** A process of its own that measures exchanges and prints them as JSON; `built.ts` bundles it as the command line is. */

import { measureExchanges } from './exchanges.ts';

const [, , nodes] = process.argv;
process.stdout.write(`${JSON.stringify(await measureExchanges(nodes))}\n`);
