/** The entry of the `moor` executable. */

import { main } from './main.ts';

// Node's remarks on how libraries call it are none for operators, such as that gRPC calls a server by its address in TLS.
process.noDeprecation = true;
// Standard output may be a pipe whose reader has gone; that ends the command quietly.
process.stdout.on('error', () => process.exit(0));
// While only V8 works, as at the compiling of WebAssembly, nothing keeps the event loop, and Node then waits until all of
// V8's threads have nothing to do: seconds, in which they make binaryen faster. With a timer it goes on as soon as it can.
const alive = setInterval(() => {}, 2 ** 30);
process.exitCode = await main(process.argv.slice(2));
clearInterval(alive);
