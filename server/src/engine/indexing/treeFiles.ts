/** Every C file of a tree with its stamp, in a stable order. Symbolic links to directories are not followed. */

import { throwIfCancelled, type Cancellation } from '../../base/cancellation.ts';
import { configurationName } from '../configuration/types.ts';
import { joinPath } from '../paths.ts';
import type { FileHost } from '../types.ts';

export interface StampedFile {
  /** Relative to the root. */
  readonly path: string;
  readonly stamp: string;
}

/** `onConfiguration` is told the path of every `.faultline.json`. */
export function treeFiles(host: FileHost, root: string, cancellation: Cancellation, onConfiguration?: (path: string) => void): StampedFile[] {
  const found: StampedFile[] = [];
  const pending = [''];
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    throwIfCancelled(cancellation);
    const below: string[] = [];
    for (const name of host.list(directory === '' ? root : joinPath(root, directory))) {
      if (name.endsWith('/')) {
        if (!name.startsWith('.') && name !== 'node_modules/') below.push(directory + name);
      } else if (name.endsWith('.c') || name.endsWith('.h')) {
        const stamp = host.stamp(joinPath(root, directory + name));
        if (stamp !== undefined) found.push({ path: directory + name, stamp });
      } else if (name === configurationName) onConfiguration?.(joinPath(root, directory + name));
    }
    pending.push(...below.reverse());
  }
  return found;
}
