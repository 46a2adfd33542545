/** Titles and explanations of the permanent codes; `knownProperty` also serves codes of a model's own. */

import type { Property } from '../../model/types.ts';

export type PropertyText = Pick<Property, 'id' | 'title' | 'explanation'>;

const texts: readonly PropertyText[] = [
  {
    id: 'I1', title: 'no dangling pte',
    explanation:
      'A pte maps a page that has left the page cache (page->mapping is NULL): the process sees stale data that no later truncate or invalidate reaches.',
  },
  {
    id: 'I3', title: 'coherent mappings',
    explanation: 'Two ptes map different pages for the same index of one file: two processes see different contents of the same file.',
  },
  {
    id: 'I4', title: 'nothing mapped beyond end of file',
    explanation:
      'After truncate has finished, a pte still maps an index at or beyond i_size, as a file page or a private copy: accesses that must get SIGBUS succeed.',
  },
  {
    id: 'I5', title: 'mapped pages are uptodate',
    explanation: 'A pte maps a page-cache page that is not uptodate: the process sees what was in memory before the file was read.',
  },
  {
    id: 'I6', title: 'page references are counted',
    explanation:
      'The reference count of a page does not match the ptes and page-cache slots that refer to it: the page is freed while in use, or never.',
  },
  {
    id: 'I7', title: 'page_mapcount counts the ptes',
    explanation: 'The map count of a page differs from the number of ptes that map it, so that page_mapped() lies to whoever removes the page.',
  },
  {
    id: 'I8', title: 'free pages are unused',
    explanation: 'A page is freed while it is locked, mapped or in the page cache: its next user shares it with the old one.',
  },
  {
    id: 'I9', title: 'the page cache is edited under the page lock',
    explanation: 'A page enters or leaves the page cache, or changes page->mapping, without its page lock: whoever holds the lock cannot rely on mapping.',
  },
  {
    id: 'I10', title: 'ptes are stored under the page-table lock',
    explanation: 'A pte is stored by a thread that does not hold its page-table lock: a fault or unmap of the same pte at the same time is lost.',
  },
  {
    id: 'I11', title: 'a pte is rechecked before it is set',
    explanation: 'A pte that another thread has set meanwhile is overwritten: the page that it mapped keeps a reference and a map count that nobody drops.',
  },
  {
    id: 'I15', title: 'dirty pages have a reservation',
    explanation: 'A page is dirty or writable though the filesystem holds no reservation for it: writing it back can fail and the data is lost.',
  },
  {
    id: 'I16', title: 'cached data comes from the current block',
    explanation: 'The page cache holds the contents of a block that has been freed: another file may own that block by now.',
  },
  { id: 'I17', title: 'locks are balanced', explanation: 'A thread has finished but still holds a lock: the next one to take it hangs.' },
  { id: 'I18', title: 'no lock is taken twice', explanation: 'A thread takes a lock that it holds already: the lock is not recursive, so the thread waits for itself.' },
  { id: 'I19', title: 'only the holder releases', explanation: 'A lock is released by a thread that does not hold it.' },
  { id: 'I21', title: 'no deadlock', explanation: 'No thread can move, but not all have finished: they wait for each other forever.' },
  { id: 'NULL', title: 'pages are checked before use', explanation: 'A NULL or error pointer is used as a page: the kernel oopses.' },
];

export function propertyText(id: string): PropertyText | undefined {
  return texts.find((text) => text.id === id);
}

export function knownProperty(id: string, message: string): PropertyText {
  return propertyText(id) ?? { id, title: message, explanation: message };
}
