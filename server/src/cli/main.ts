/** The command line's entry: runs, prints, and turns outcomes into the documented exit codes. */

import { runCommandLine } from './commands.ts';

process.exitCode = await runCommandLine(process.argv);
