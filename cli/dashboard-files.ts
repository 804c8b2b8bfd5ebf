/** Where the dashboard's files are: beside the bundle. */

import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Their directory. In the source tree they are in dist/, where `npm run build` puts them. */
export function dashboardFiles(): string {
  const here = path.dirname(fileURLToPath(import.meta.url));
  return path.join(path.basename(here) === 'dist' ? here : path.resolve(here, '../dist'), 'dashboard');
}
