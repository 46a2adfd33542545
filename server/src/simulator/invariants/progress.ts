/** I23: every thread ends, if each gets its turn. ../progress.ts looks for runs that do not. */

import type { InvariantText } from './text.ts';

export const progressText: InvariantText = {
  id: 'I23',
  title: 'every fault comes to an end',
  asked: 'on all runs, if every thread gets its turn',
  explanation:
    'A thread runs on forever, whoever gets his turn when: it repeats a loop whose condition nobody will change any more.',
  kernel: 'each retry reads its guard again: mm/memory.c:do_no_page, mm/filemap.c:filemap_fault',
};
