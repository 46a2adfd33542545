/** Paths as strings with `/`; the engine touches no file system itself. */

import type { FileHost } from './types.ts';

export function directoryOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}

export function joinPath(directory: string, name: string): string {
  return directory.endsWith('/') ? `${directory}${name}` : `${directory}/${name}`;
}

/** `path` as seen from `root`, or as it is where it is not below it. */
export function relativePath(root: string | undefined, path: string): string {
  return root !== undefined && path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
}

/** The nearest directory above a file that looks like the top of a kernel tree: it has mm/ and include/ or fs/. */
export function findKernelRoot(host: FileHost, file: string): string | undefined {
  for (let at = directoryOf(file); at !== '/'; at = directoryOf(at)) {
    const names = new Set(host.list(at));
    if (names.has('mm/') && (names.has('include/') || names.has('fs/'))) return at;
  }
  return undefined;
}
