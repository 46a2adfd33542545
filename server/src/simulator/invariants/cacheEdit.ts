/** I9: whoever changes the page cache or page->mapping holds the page lock, and tree_lock. The steps that do so ask (model/machine.ts:removeFromCache). */

import type { InvariantText } from './text.ts';

export const cacheEditText: InvariantText = {
  id: 'I9',
  title: 'the page cache is edited under the page lock',
  asked: 'at steps that change the page cache',
  explanation:
    'A page enters or leaves the page cache, or changes page->mapping, without its page lock: whoever holds the lock cannot rely on mapping.',
  kernel: 'mm/filemap.c:add_to_page_cache, remove_from_page_cache: BUG_ON(!PageLocked(page))',
};
