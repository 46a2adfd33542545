/**
 * Real kernel trees on disk, with edits laid over them in memory. The trees are named by environment
 * variables; where one is not set, its tests are not run and say so.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeHost } from '../../server/src/engine/nodeHost.ts';
import type { FileHost } from '../../server/src/engine/types.ts';

export const kernel2620 = process.env['FAULTLINE_KERNEL_2_6_20'];
export const kernel2624 = process.env['FAULTLINE_KERNEL_2_6_24'];
export const kernel612 = process.env['FAULTLINE_KERNEL_6_12'];

export class KernelSources implements FileHost {
  constructor(readonly root: string, private readonly edits: ReadonlyMap<string, string> = new Map()) {}

  path(name: string): string {
    return join(this.root, name);
  }

  text(name: string): string {
    return this.edits.get(this.path(name)) ?? readFileSync(this.path(name), 'utf8');
  }

  /** A copy in which `from`, which must occur exactly once after `within`, is `to`. */
  edit(name: string, within: string, from: string, to: string): KernelSources {
    const text = this.text(name);
    const start = text.indexOf(within);
    const end = text.indexOf('\n}\n', start);
    const pieces = text.slice(start, end).split(from);
    if (start < 0 || pieces.length !== 2) throw new Error(`'${from}' occurs ${pieces.length - 1} times in ${within} of ${name}`);
    return this.write(name, text.slice(0, start) + pieces.join(to) + text.slice(end));
  }

  write(name: string, text: string): KernelSources {
    return new KernelSources(this.root, new Map(this.edits).set(this.path(name), text));
  }

  /** 1-based line of the first `snippet` after `within`. */
  line(name: string, within: string, snippet: string): number {
    const text = this.text(name);
    const at = text.indexOf(snippet, text.indexOf(within));
    if (at < 0) throw new Error(`'${snippet}' is not in ${within} of ${name}`);
    return text.slice(0, at).split('\n').length;
  }

  readText(path: string): string | undefined {
    return this.edits.get(path) ?? nodeHost.files.readText(path);
  }

  list(directory: string): readonly string[] {
    const added = [...this.edits.keys()].filter((path) => path.startsWith(`${directory}/`)).map((path) => path.slice(directory.length + 1)).filter((rest) => !rest.includes('/'));
    return [...new Set([...nodeHost.files.list(directory), ...added])].sort();
  }

  stamp(path: string): string | undefined {
    return this.edits.has(path) ? 'edited' : nodeHost.files.stamp(path);
  }
}
