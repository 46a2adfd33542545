/** I19: only a holder releases. The search asks at every release. */

import type { InvariantText } from './text.ts';

export const lockOwnerText: InvariantText = {
  id: 'I19',
  title: 'only the holder releases',
  asked: 'at steps that release a lock',
  explanation:
    'A lock is released by a thread that does not hold it.',
  kernel: 'mm/filemap.c:unlock_page: BUG_ON(!PageLocked(page))',
};
