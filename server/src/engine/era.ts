/** The era of a tree or a lone file: which fault interface it has, read from its own text. */

import type { Era } from '../ops/types.ts';
import { joinPath } from './paths.ts';
import type { FileHost } from './types.ts';

/** Features in the order in which they decide; the tree's headers first, then the file itself. */
export function detectEra(files: FileHost, root: string | undefined, text: string): Era {
  const header = (path: string): string => (root === undefined ? '' : (files.readText(joinPath(root, path)) ?? ''));
  const mm = header('include/linux/mm.h');
  if (/\bstruct folio\s*\{/.test(header('include/linux/mm_types.h')) || /\bstruct folio\s*\{/.test(mm)) return 'folio';
  if (/\(\s*\*\s*fault\s*\)\s*\(/.test(mm)) return 'fault';
  if (/\(\s*\*\s*nopage\s*\)\s*\(/.test(mm)) return 'nopage';
  if (/\bstruct folio\b|\bfolio_(un)?lock\b/.test(text)) return 'folio';
  if (/\bstruct vm_fault\b|\bVM_FAULT_LOCKED\b|(->|\.)\s*fault\b/.test(text)) return 'fault';
  return 'nopage';
}
