/** The command line's entry: runs, prints, and turns outcomes into the documented exit codes. */

import { runCommandLine } from './commands.ts';

// `faultline … | head`: the reader has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await runCommandLine(process.argv);
