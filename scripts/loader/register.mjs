/**
 * Loads binaryen past tsx, which takes its 15 MB apart and writes them again: twelve seconds in each process that imports it,
 * of each file of tests. It is plain JavaScript, and Node reads it in one.
 */

import { register } from 'node:module';

register('./hooks.mjs', import.meta.url);
