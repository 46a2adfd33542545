/**
 * I12: whoever removes a page without truncating the file has seen that it is clean, under
 * tree_lock, after counting the references. A dirty pte of the page would be I1 already.
 */

import { cells, pageCell } from '../../model/machine.ts';
import type { Step, Value } from '../../model/types.ts';
import { cell, not } from '../../model/values.ts';
import type { InvariantText } from './text.ts';

export const lostDirtyText: InvariantText = {
  id: 'I12',
  title: 'no dirty page is thrown out',
  asked: 'at steps that remove a page, but for truncate and hole punch',
  explanation:
    'A dirty page is thrown out by somebody who is not truncating the file: what was stored in it is lost without a word.',
  kernel: 'mm/truncate.c:invalidate_complete_page2, mm/vmscan.c:remove_mapping: PageDirty under tree_lock, after the references',
};

/** To stand in the step that removes the page. */
export function checkClean(page: Value): Step {
  return { kind: 'check', property: lostDirtyText.id, condition: not(cell(pageCell(cells.dirty, page))), message: 'a dirty page is thrown out' };
}
