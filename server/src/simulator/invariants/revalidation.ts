/** I11: a pte is set only where it was looked at again under the page-table lock. The steps that do so ask (model/machine.ts:storePte). */

import type { InvariantText } from './text.ts';

export const revalidationText: InvariantText = {
  id: 'I11',
  title: 'a pte is rechecked before it is set',
  asked: 'at steps that store a pte',
  explanation:
    'A pte that another thread has set meanwhile is overwritten: the page that it mapped keeps a reference and a map count that nobody drops.',
  kernel: 'mm/memory.c:do_no_page, __do_fault: pte_none or pte_same after the lock; vmf_pte_changed in 6.x',
};
