/**
 * Early stores, as a change of programs: where plain stores race, a thread may put off an access
 * and execute later ones before it, as long as nothing orders the two (LKMM: ppo). That gives load
 * buffering and stores that overtake each other; loads that seem to be executed early are a matter
 * of views (`definition.ts`), which let them return old values instead.
 *
 * A location of the changed program is a location of the original together with the transitions
 * that have been put off, oldest first. What is put off is executed later, or never goes beyond
 * what it is ordered before: a dependency through a register, the same variable, a barrier, a
 * branch. Read-modify-writes with a condition (cmpxchg) are not put off, at most `window`
 * transitions are at a time, and a load waits for an earlier store to its variable (no forwarding).
 */

import type { Cell, CellRef, LocalId, LocationId, Model, Program, Step, Transition } from '../../model/types.ts';
import { localSet, localsRead, valuesOf, walkSteps } from '../steps.ts';

const window = 4;

/** The model with what its threads may do early; the same where no stores race. */
export function withEarlyStores(model: Model): Model {
  if (!model.cells.some((cell) => cell.storesRace === true)) return model;
  const threads = model.threads.map((thread) => ({ ...thread, program: reorder(thread.program, model.cells) }));
  return { ...model, threads };
}

/** What a transition does, as far as order is concerned. */
interface Effects {
  readonly reads: ReadonlySet<LocalId>;
  readonly writes: ReadonlySet<LocalId>;
  readonly accesses: readonly CellRef[];
  readonly isLoad: boolean;
  readonly isStore: boolean;
  /** Later transitions wait for it. */
  readonly isAcquire: boolean;
  /** It waits for earlier ones. */
  readonly isRelease: boolean;
  readonly takesLock: boolean;
  readonly dropsLock: boolean;
  readonly fence: 'read' | 'write' | undefined;
  /** The edge of an RCU critical section; sections that follow each other may become one. */
  readonly isReaderEdge: boolean;
  readonly mayBePutOff: boolean;
}

function reorder(program: Program, cells: readonly Cell[]): Program {
  return new Reordering(program, cells).build();
}

interface Place {
  readonly location: LocationId;
  /** Numbers of transitions, oldest first. */
  readonly putOff: readonly number[];
}

class Reordering {
  private readonly effects: readonly Effects[];
  private readonly leaving = new Map<LocationId, number[]>();
  private readonly numbers = new Map<string, number>();
  private readonly places: Place[] = [];
  private readonly transitions: Transition[] = [];

  constructor(private readonly program: Program, cells: readonly Cell[]) {
    this.effects = program.transitions.map((transition) => effectsOf(transition, cells));
    program.transitions.forEach(({ from }, number) => this.leaving.set(from, [...(this.leaving.get(from) ?? []), number]));
  }

  build(): Program {
    const entry = this.number({ location: this.program.entry, putOff: [] });
    for (let at = 0; at < this.places.length; at++) this.leave(at, this.places[at]!);
    const exits = this.program.exits.map((location) => this.number({ location, putOff: [] }));
    return { ...this.program, entry, exits, locationCount: this.places.length, transitions: this.transitions };
  }

  private leave(from: LocationId, place: Place): void {
    const { location, putOff } = place;
    putOff.forEach((number, at) => {
      if (putOff.slice(0, at).some((earlier) => this.isOrdered(earlier, number))) return;
      this.add(from, { location, putOff: putOff.toSpliced(at, 1) }, number, putOff.slice(0, at));
    });
    this.goOn(from, place);
  }

  /** Executes what leaves the place, or puts it off and looks further. */
  private goOn(from: LocationId, { location, putOff }: Place): void {
    const leaving = this.leaving.get(location) ?? [];
    for (const number of leaving) {
      const { to } = this.program.transitions[number]!;
      if (!putOff.some((earlier) => this.isOrdered(earlier, number))) this.add(from, { location: to, putOff }, number, putOff);
      if (leaving.length === 1 && this.mayBePutOff(number, putOff)) this.goOn(from, { location: to, putOff: [...putOff, number] });
    }
  }

  /** A step on registers alone is put off only where it must be. */
  private mayBePutOff(number: number, putOff: readonly number[]): boolean {
    const { mayBePutOff, accesses, fence, dropsLock } = this.effects[number]!;
    if (!mayBePutOff || putOff.length === window || putOff.includes(number)) return false;
    return accesses.length > 0 || fence !== undefined || dropsLock || putOff.some((earlier) => this.isOrdered(earlier, number));
  }

  private add(from: LocationId, to: Place, number: number, before: readonly number[]): void {
    const { steps, origin } = this.program.transitions[number]!;
    const skipped = [...new Set(before.map((each) => this.program.transitions[each]!.origin.text))].filter((text) => text !== '');
    const text = skipped.length === 0 || origin.text === '' ? origin.text : `${origin.text} (before ${skipped.join(', ')})`;
    this.transitions.push({ from, to: this.number(to), steps, origin: { ...origin, text } });
  }

  private number(place: Place): LocationId {
    const key = `${place.location}: ${place.putOff.join(' ')}`;
    const number = this.numbers.get(key) ?? this.places.push(place) - 1;
    this.numbers.set(key, number);
    return number;
  }

  private isOrdered(earlier: number, later: number): boolean {
    const [a, b] = [this.effects[earlier]!, this.effects[later]!];
    return a.isAcquire || b.isRelease || (a.dropsLock && b.takesLock)
      || (a.isLoad && b.fence === 'read') || (a.fence === 'read' && b.isLoad)
      || (a.isStore && b.fence === 'write') || (a.fence === 'write' && b.isStore)
      || (a.fence !== undefined && b.fence !== undefined)
      || (!(a.isReaderEdge && b.isReaderEdge) && (meet(a.writes, b.reads) || meet(a.reads, b.writes) || meet(a.writes, b.writes)))
      || a.accesses.some((one) => b.accesses.some((other) => mayBeSame(one, other)));
  }
}

function meet(a: ReadonlySet<LocalId>, b: ReadonlySet<LocalId>): boolean {
  return [...a].some((local) => b.has(local));
}

function mayBeSame(a: CellRef, b: CellRef): boolean {
  if (a.cell !== b.cell) return false;
  return a.index?.kind !== 'const' || b.index?.kind !== 'const' || a.index.value === b.index.value;
}

function effectsOf({ steps }: Transition, cells: readonly Cell[]): Effects {
  const all: Step[] = [];
  walkSteps(steps, (step) => void all.push(step));
  const has = (test: (step: Step) => boolean): boolean => all.some(test);
  const accesses = all.flatMap((step) => accessOf(step) ?? []);
  const fences = all.flatMap((step) => (step.kind === 'fence' ? [step.order] : []));
  const isReaderEdge = fences.some((order) => order === 'readerStart' || order === 'readerEnd');
  // Nothing passes a full barrier, a choice, a check, or a cell that is not racy.
  const isStrict = has((step) => step.kind === 'choose' || step.kind === 'check' || (step.kind === 'update' && step.order === 'full'))
    || fences.some((order) => order === 'full' || order === 'graceStart' || order === 'graceEnd')
    || (accesses.some(({ cell }) => cells[cell]!.storesRace !== true) && !isReaderEdge);
  const decides = has((step) => step.kind === 'assume');
  const takesLock = has((step) => step.kind === 'acquire' || step.kind === 'tryAcquire');
  const dropsLock = has((step) => step.kind === 'release');
  const isAcquire = isStrict || decides || takesLock || fences.includes('readerStart')
    || has((step) => (step.kind === 'load' || step.kind === 'update') && step.order === 'acquire');
  return {
    reads: new Set(all.flatMap(valuesOf).flatMap(localsRead)),
    writes: new Set(all.flatMap((step) => localSet(step) ?? [])),
    accesses,
    isLoad: has((step) => step.kind === 'load' || (step.kind === 'update' && step.result !== undefined)),
    isStore: has((step) => step.kind === 'store' || step.kind === 'update'),
    isAcquire,
    isRelease: isStrict || dropsLock || fences.includes('readerEnd') || has((step) => (step.kind === 'store' || step.kind === 'update') && step.order === 'release'),
    takesLock, dropsLock,
    fence: fences.find((order) => order === 'read' || order === 'write'),
    isReaderEdge,
    mayBePutOff: !isAcquire && all.length > 0,
  };
}

function accessOf(step: Step): CellRef | undefined {
  if (step.kind === 'load') return step.from;
  if (step.kind === 'store') return step.to;
  return step.kind === 'update' ? step.cell : undefined;
}
