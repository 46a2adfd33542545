/** The environment programs by the names that `--against` takes. */

import type { MachineSize } from '../../model/machine.ts';
import type { Program } from '../../model/types.ts';
import { copyOnWriteProgram } from './copyOnWrite.ts';
import { invalidateCleanProgram, reclaimProgram } from './evict.ts';
import { fillProgram } from './fill.ts';
import { invalidateProgram } from './invalidate.ts';
import { retractProgram } from './pageTables.ts';
import type { EnvironmentProfile, Era } from './profile.ts';
import { punchHoleProgram, truncateRangeProgram } from './punchHole.ts';
import type { StartState } from './startStates.ts';
import { truncateProgram, truncateTwiceProgram } from './truncate.ts';
import { writebackProgram } from './writeback.ts';
import { madviseProgram } from './zapRange.ts';

/** Members of a file system's tables that a change to a file goes through. */
export interface OwnOperations {
  readonly tables: readonly string[];
  readonly members: readonly string[];
  /** Without them the kernel's own are used; else the change cannot be made. */
  readonly isOptional: boolean;
}

const sizeChange: OwnOperations = { tables: ['inode_operations'], members: ['setattr'], isOptional: true };
/** Until 2.6.38 ->truncate_range, since then ->fallocate. */
const holePunch: OwnOperations = { tables: ['file_operations', 'inode_operations'], members: ['fallocate', 'truncate_range'], isOptional: false };

/** A file whose mmap is in such a table never changes that way: /proc has no ->setattr that truncates, and nobody invalidates its pages. */
const unchanging: UnchangingFiles = { table: 'proc_ops', member: 'proc_mmap' };

export interface UnchangingFiles {
  readonly table: string;
  readonly member: string;
}

interface Entry {
  readonly name: string;
  readonly build: (size: MachineSize, profile: EnvironmentProfile) => Program;
  readonly eras: readonly Era[];
  /** Run where nobody says which; the others have to be asked for. */
  readonly isUsual: boolean;
  /** It can take pages out of the page cache. */
  readonly removesPages: boolean;
  /** No pte may map beyond i_size once it has finished (I4). */
  readonly endsMappingsBeyondSize: boolean;
  /** It makes dirty pages clean (I14). */
  readonly cleansPages: boolean;
  /** It happens in private mappings, to a pte that a read fault has set. */
  readonly copiesPages: boolean;
  /** It takes empty page tables away. */
  readonly takesPageTables: boolean;
  /** What a file system has for it. */
  readonly operations?: OwnOperations;
  /** Files that it never happens to. */
  readonly never?: UnchangingFiles;
  /** Where it can begin, if not wherever any can. */
  readonly startStates?: readonly StartState[];
}

const allEras: readonly Era[] = ['nopage', 'fault', 'folio'];
const plain = { eras: allEras, isUsual: true, removesPages: true, endsMappingsBeyondSize: false, cleansPages: false, copiesPages: false, takesPageTables: false };
const asked = { ...plain, isUsual: false, removesPages: false };

const entries: readonly Entry[] = [
  { ...plain, name: 'truncate', build: truncateProgram, operations: sizeChange, never: unchanging, endsMappingsBeyondSize: true },
  // A fault of these kernels learns of a truncate by its count, and may take the second for the first.
  { ...plain, name: 'truncate-twice', build: truncateTwiceProgram, operations: sizeChange, never: unchanging, eras: ['nopage'], endsMappingsBeyondSize: true, startStates: ['longer'] },
  { ...plain, name: 'invalidate', build: invalidateProgram, never: unchanging },
  { ...plain, name: 'punch-hole', build: punchHoleProgram, operations: holePunch, never: unchanging },
  { ...plain, name: 'invalidate-clean', build: invalidateCleanProgram },
  { ...plain, name: 'reclaim', build: reclaimProgram },
  // Before 2.6.23 it removes pages mapped as they are: its callers have to unmap first.
  { ...plain, name: 'truncate-range', build: truncateRangeProgram, eras: ['fault', 'folio'], isUsual: false },
  { ...asked, name: 'writeback', build: writebackProgram, cleansPages: true },
  { ...asked, name: 'readahead', build: fillProgram },
  // Before 2.6.23 madvise excludes faults of the same mm by mmap_sem, which extracted faults do not take themselves.
  { ...asked, name: 'madvise', build: madviseProgram, eras: ['fault', 'folio'] },
  { ...asked, name: 'cow', build: (size, profile) => copyOnWriteProgram({ size }, profile), copiesPages: true },
  { ...asked, name: 'retraction', build: retractProgram, eras: ['folio'], takesPageTables: true },
];

/** The same fault in a second thread of the same process, and in another process. */
const faults = ['fault', 'fault-other-mm'];

/** Names of the usual adversaries of an era, `fault` (the same program in a second thread) included. */
export function adversaries(era: Era): readonly string[] {
  return [...entriesOf(era).filter((entry) => entry.isUsual).map((entry) => entry.name), 'fault'];
}

/** Those and the ones that have to be asked for. */
export function allAdversaries(era: Era): readonly string[] {
  return [...entriesOf(era).map((entry) => entry.name), ...faults];
}

/** The adversary is the fault itself, once more. */
export function isFault(adversary: string): boolean {
  return faults.includes(adversary);
}

export function environmentEntry(name: string): Entry | undefined {
  return entries.find((entry) => entry.name === name);
}

function entriesOf(era: Era): readonly Entry[] {
  return entries.filter((entry) => entry.eras.includes(era));
}
