/** Small models and options for the simulator's tests. */

import { neverCancelled } from '../../../server/src/base/cancellation.ts';
import type { Cell, InitialState, Lock, Model, Program, Property } from '../../../server/src/model/types.ts';
import type { SearchOptions, SearchResult } from '../../../server/src/simulator/types.ts';
import { noReductions as everythingOff } from '../../../server/src/simulator/prepare.ts';
import { search } from '../../../server/src/simulator/search.ts';

export const options: SearchOptions = { memory: 'sc', maxStates: 1_000_000, timeoutMs: 60_000, now: () => performance.now(), cancellation: neverCancelled };

export const noReductions: SearchOptions = { ...options, reductions: everythingOff };

export function toyCell(name: string, max: number, more: Partial<Cell> = {}): Cell {
  return { name, length: 1, min: 0, max, initial: [0], format: 'number', elementName: () => name, isRacy: true, ...more };
}

export function toyLock(name: string, length = 1): Lock {
  return { name, length, elementName: (index) => (length === 1 ? name : `${name} ${index}`), isSpinning: false };
}

export const oneStart: InitialState = { description: 'start', cells: [] };

export function toyModel(programs: readonly Program[], parts: Partial<Model> = {}): Model {
  return {
    name: 'toy',
    cells: [],
    locks: [],
    threads: programs.map((program) => ({ name: program.name, program, arguments: new Map() })),
    initialStates: [oneStart],
    properties: [],
    witnesses: [],
    exitLocks: new Map(),
    ...parts,
  };
}

export function always(id: string, condition: Property['condition']): Property {
  return { id, title: id, when: { kind: 'always' }, condition, explanation: id };
}

export function atEnd(id: string, condition: Property['condition']): Property {
  return { id, title: id, when: { kind: 'quiescence' }, condition, explanation: id };
}

/** `holds`, `bounded: …` or `violated I1 in 3 steps`. */
export function verdictOf(result: SearchResult): string {
  switch (result.verdict) {
    case 'holds':
      return 'holds';
    case 'bounded':
      return `bounded: ${result.reason}`;
    case 'violated':
      return `violated ${result.violation.property.id} in ${result.violation.trace.length} steps`;
  }
}

export function check(model: Model, how: Partial<SearchOptions> = {}): string {
  return verdictOf(search(model, { ...options, ...how }));
}
