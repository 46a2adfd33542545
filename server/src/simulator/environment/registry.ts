/** The environment programs by the names that `--against` takes. */

import type { MachineSize } from '../../model/machine.ts';
import type { Program } from '../../model/types.ts';
import { invalidateCleanProgram, reclaimProgram } from './evict.ts';
import { invalidateProgram } from './invalidate.ts';
import type { EnvironmentProfile, Era } from './profile.ts';
import { punchHoleProgram } from './punchHole.ts';
import { truncateProgram } from './truncate.ts';

interface Entry {
  readonly name: string;
  readonly build: (size: MachineSize, profile: EnvironmentProfile) => Program;
  readonly eras: readonly Era[];
  /** True when no pte may map beyond i_size once it has finished (I4). */
  readonly endsMappingsBeyondSize: boolean;
}

const allEras: readonly Era[] = ['nopage', 'fault', 'folio'];

const entries: readonly Entry[] = [
  { name: 'truncate', build: truncateProgram, eras: allEras, endsMappingsBeyondSize: true },
  { name: 'invalidate', build: invalidateProgram, eras: allEras, endsMappingsBeyondSize: false },
  { name: 'punch-hole', build: punchHoleProgram, eras: allEras, endsMappingsBeyondSize: false },
  { name: 'invalidate-clean', build: invalidateCleanProgram, eras: allEras, endsMappingsBeyondSize: false },
  { name: 'reclaim', build: reclaimProgram, eras: allEras, endsMappingsBeyondSize: false },
];

/** Names of all adversaries of an era, `fault` (the same program in a second thread) included. */
export function adversaries(era: Era): readonly string[] {
  return [...entries.filter((entry) => entry.eras.includes(era)).map((entry) => entry.name), 'fault'];
}

export function environmentEntry(name: string): Entry | undefined {
  return entries.find((entry) => entry.name === name);
}
