/** How the file is when the threads of a scenario start. */

import { cells, type MachineSize } from '../../model/machine.ts';
import type { InitialState } from '../../model/types.ts';

/** A read-only, clean pte of page 1. */
export const mappedPte = 4;

/** How index 0 is; `longer`: the file reaches beyond the modelled indices. */
export type StartState = 'uptodate' | 'notUptodate' | 'notCached' | 'dirty' | 'mapped' | 'mappedDirty' | 'longer';

const mapped = [{ cell: cells.pte, index: 0, value: mappedPte }, { cell: cells.mapcount, index: 1, value: 1 }, { cell: cells.refcount, index: 1, value: 2 }];
const dirtied = [{ cell: cells.dirty, index: 1, value: 1 }, { cell: cells.reserved, index: 1, value: 1 }];

export const allStartStates: readonly StartState[] = ['uptodate', 'notUptodate', 'notCached'];

export function startState(state: StartState, size: MachineSize): InitialState {
  switch (state) {
    case 'uptodate':
      return { description: 'index 0 is cached and uptodate', cells: [] };
    case 'notUptodate':
      return { description: 'index 0 is cached but not uptodate', cells: [{ cell: cells.uptodate, index: 1, value: 0 }] };
    case 'dirty':
      return { description: 'index 0 is cached, uptodate and dirty', cells: dirtied };
    case 'mapped':
      return { description: 'index 0 is cached, uptodate and mapped', cells: mapped };
    case 'mappedDirty':
      return { description: 'index 0 is cached, uptodate, dirty and mapped', cells: [...mapped, ...dirtied] };
    case 'longer':
      return { description: 'index 0 is cached and uptodate, the file is one page longer', cells: [{ cell: cells.iSize, index: 0, value: size.indices + 1 }] };
    case 'notCached': {
      const empty = [cells.mapping, cells.refcount, cells.uptodate, cells.pageKind].map((cell) => ({ cell, index: 1, value: 0 }));
      return { description: 'index 0 is not cached', cells: [{ cell: cells.cache, index: 0, value: 0 }, ...empty] };
    }
  }
}
