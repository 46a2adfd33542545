/**
 * `npm start`: builds, then runs the main job on examples/: the verdicts of both eras, and the
 * counterexample of the first as the columns of a commit message. Fails where an answer is not the
 * one that the examples are written to give.
 */

import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const nopage = 'examples/truncate-count-era/mm/memory.c:do_no_page';
const fault = 'examples/page-lock-era/mm/memory.c:__do_fault';

/** Exit codes are the command line's: 0 all scenarios hold, 1 some are violated. */
const runs = [
  { title: 'Before 2.6.23, faults were ordered against truncation by a counter:', args: ['simulate', nopage], exit: 1, show: verdictTable },
  { title: 'Since 2.6.23, they hold the page lock until the pte is set:', args: ['simulate', fault], exit: 0, show: verdictTable },
  { title: 'How invalidation gets past the counter:', args: ['simulate', nopage, '--against', 'invalidate', '--access', 'read', '--format', 'diagram'], exit: 1, show: (text) => text },
];

run(process.execPath, [join(root, 'scripts/build.mjs')], 0);
for (const { title, args, exit, show } of runs) {
  const output = run(process.execPath, [join(root, 'dist/cli.js'), ...args], exit);
  console.log(`${title}\n\n$ node dist/cli.js ${args.join(' ')}\n\n${show(output).trimEnd()}\n`);
}
console.log('The same commands without --format also list every step with its line, and what each verdict rests on.');

/** The part of the answer before the counterexamples: a title, a blank line, the table. */
function verdictTable(text) {
  return text.split('\n\n').slice(0, 2).join('\n\n');
}

function run(command, args, expected) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (status === expected) return stdout;
  process.stderr.write(`${stdout}${stderr}`);
  console.error(`start: ${args.join(' ')} ${error ? error.message : `ended with ${status}, expected ${expected}`}`);
  process.exit(1);
}
