/** I10: whoever stores a pte holds its page-table lock. The steps that do so ask (model/machine.ts:storePte). */

import { cells } from '../../model/machine.ts';
import type { Step, Value } from '../../model/types.ts';
import { cell } from '../../model/values.ts';
import type { InvariantText } from './text.ts';

export const pteEditText: InvariantText = {
  id: 'I10',
  title: 'ptes are stored under the page-table lock',
  asked: 'at steps that store a pte',
  explanation:
    'A pte is stored by a thread that does not hold its page-table lock, or in a page table that is gone: a fault or unmap of the same pte at the same time is lost.',
  kernel: 'mm/memory.c: pte_offset_map_lock',
};

/** To stand in a step that sets a pte, where the page table of that mm may have been taken away. */
export function checkPageTable(mm: Value): Step {
  return { kind: 'check', property: pteEditText.id, condition: cell({ cell: cells.pageTable, index: mm }), message: 'a pte is stored in a page table that is gone' };
}
