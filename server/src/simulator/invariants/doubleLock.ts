/** I18: no lock is taken exclusively by a thread that holds it. The search asks at every acquire. */

import type { InvariantText } from './text.ts';

export const doubleLockText: InvariantText = {
  id: 'I18',
  title: 'no lock is taken twice',
  asked: 'at steps that take a lock',
  explanation:
    'A thread takes a lock that it holds already: the lock is not recursive, so the thread waits for itself.',
  kernel: 'mm/filemap.c:__lock_page: not recursive',
};
