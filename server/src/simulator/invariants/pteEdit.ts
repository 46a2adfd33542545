/** I10: whoever stores a pte holds its page-table lock. The steps that do so ask (model/machine.ts:storePte). */

import type { InvariantText } from './text.ts';

export const pteEditText: InvariantText = {
  id: 'I10',
  title: 'ptes are stored under the page-table lock',
  asked: 'at steps that store a pte',
  explanation:
    'A pte is stored by a thread that does not hold its page-table lock: a fault or unmap of the same pte at the same time is lost.',
  kernel: 'mm/memory.c: pte_offset_map_lock',
};
