/**
 * Writes `docs/what-breaks.md`: for each built-in protocol, what breaks without each of its steps.
 * `npm run tables`; `--check` only says whether the page is current.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { whatBreaks } from './tables/whatBreaks.ts';

const page = fileURLToPath(new URL('../docs/what-breaks.md', import.meta.url));
const text = whatBreaks();
const isCurrent = readFileSync(page, { encoding: 'utf8', flag: 'a+' }) === text;
if (!process.argv.includes('--check')) writeFileSync(page, text);
else if (!isCurrent) {
  console.error('docs/what-breaks.md is not current: npm run tables');
  process.exitCode = 1;
}
