/**
 * Among all shortest runs to the violation that was found, one in which the fewest loads return an old
 * value, so that none does which needs not; of those one in which the CPU changes least often.
 *
 * Breadth-first search numbers states by depth, so that every shortest run takes one transition from
 * each depth to the next. The transitions that lie on such runs to an ending of the same kind are
 * collected from the end, depth by depth; then old values and changes are counted from the start, by
 * state and by the thread that moved last.
 */

import type { ThreadIndex } from '../../model/types.ts';
import type { SearchEvents } from '../compile/searchCode.ts';
import type { Found } from '../counterexample.ts';
import { switchesOf } from '../path.ts';
import type { Path } from '../replay.ts';
import type { StateSpace } from '../stateSpace.ts';
import type { Allowance } from './allowance.ts';

/** More transitions than this on shortest runs are not compared. */
const maxEdges = 1 << 20;
/** More than any run has changes of the CPU. */
const oldReadCost = 2 ** 30;

interface Edge {
  readonly from: number;
  readonly via: number;
  readonly to: number;
  /** Loads that return an old value. */
  readonly oldReads: number;
}

/** A state with which a shortest run may end; `last` moves after it: the transition that fails, or the loop. */
interface End {
  readonly state: number;
  readonly failing: number | undefined;
  readonly last: ThreadIndex | undefined;
}

/** A shortest run, as a linked list from its end. */
interface Run {
  /** Changes of the CPU, and `oldReadCost` for each load that returned an old value. */
  readonly cost: number;
  readonly edge: Edge;
  readonly before: Run | undefined;
}

/** Undefined where it was given up. `first` itself where no run is better. */
export function fewestSwitches(space: StateSpace, found: Found, first: Path, allowance: Allowance): Path | undefined {
  const { edges } = space;
  if (!edges) return undefined;
  const lastThread = found.after.transitions[0]?.thread;
  const wayBack = new WayBack(space, found, allowance);
  const ends = wayBack.ends(lastThread);
  if (!ends || !wayBack.collect(ends)) return undefined;
  const best = cheapest(space, wayBack.byDepth, ends);
  const switches = switchesOf([...first.transitions, ...found.after.transitions.slice(0, 1)]);
  return best && best.cost < switches + oldReadCost * oldReadsOf(space, found, wayBack.byDepth) ? best.path : first;
}

class WayBack {
  /** By depth: the transitions from there to the next, on shortest runs to an end. */
  readonly byDepth: Edge[][] = [];
  private readonly depth: number;
  private count = 0;

  constructor(private readonly space: StateSpace, private readonly found: Found, private readonly allowance: Allowance) {
    this.depth = found.levels.findLastIndex((begin) => begin <= found.finding.state);
  }

  /** All states of the same depth with the same ending; undefined where it was given up. */
  ends(last: ThreadIndex | undefined): readonly End[] | undefined {
    const { finding: { ending, state } } = this.found;
    switch (ending.kind) {
      case 'endless':
        return [{ state, failing: undefined, last }];
      case 'property':
        return this.violating(ending.property.id);
      case 'failure':
        return this.failing(ending.property);
      case 'deadlock':
        return this.stuck();
    }
  }

  private violating(id: string): readonly End[] | undefined {
    const { model, compiled, table } = this.space;
    this.space.listen(deaf);
    if (this.depth > 0 && !this.expand(this.depth - 1, false)) return undefined;
    const violates = model.properties.flatMap((property, index) => (property.id === id ? [compiled.violates[index]!] : []));
    const end = this.found.levels[this.depth + 1] ?? table.count;
    const ends: End[] = [];
    for (let state = this.found.levels[this.depth]!; state < end; state++) {
      if (violates.some((isViolated) => isViolated(state))) ends.push({ state, failing: undefined, last: undefined });
    }
    return ends;
  }

  private failing(property: string): readonly End[] | undefined {
    const { prepared, tables } = this.space;
    const ends: End[] = [];
    const note = (state: number, transition: number, failure: number): boolean => {
      if (tables.propertyOf(failure) === property) ends.push({ state, failing: transition, last: prepared.transitions[transition]!.thread });
      return false;
    };
    this.space.listen({ ...deaf, failed: note });
    return this.expand(this.depth, false) ? ends : undefined;
  }

  private stuck(): readonly End[] | undefined {
    const ends: End[] = [];
    this.space.listen({ ...deaf, deadlock: (state) => { ends.push({ state, failing: undefined, last: undefined }); } });
    return this.expand(this.depth, false) ? ends : undefined;
  }

  /** False where it was given up. */
  collect(ends: readonly End[]): boolean {
    this.space.listen(deaf);
    let wanted = new Set(ends.map(({ state }) => state));
    for (let depth = this.depth - 1; depth >= 0; depth--) {
      if (!this.expand(depth, true)) return false;
      const edges = this.edgesTo(wanted);
      this.count += edges.length;
      if (this.count > maxEdges) return false;
      this.byDepth[depth] = edges;
      wanted = new Set(edges.map(({ from }) => from));
    }
    return true;
  }

  private edgesTo(wanted: ReadonlySet<number>): Edge[] {
    const { from, via, to, oldReads, count } = this.space.edges!;
    const edges: Edge[] = [];
    for (let edge = 0; edge < count; edge++) {
      if (wanted.has(to[edge]!)) edges.push({ from: from[edge]!, via: via[edge]!, to: to[edge]!, oldReads: oldReads[edge]! });
    }
    return edges;
  }

  /** Expands the states of one depth once more, the last of them for the first time. False where there is no more to spend. */
  private expand(depth: number, keepsEdges: boolean): boolean {
    const { compiled, table, edges } = this.space;
    edges!.clear();
    edges!.isOn = keepsEdges;
    const end = this.found.levels[depth + 1] ?? table.count;
    for (let state = this.found.levels[depth]!; state < end; state++) {
      if (!this.allowance.spend()) return false;
      compiled.expand(state);
    }
    return !edges!.isFull;
  }
}

const deaf: SearchEvents = { violated: () => false, failed: () => false, deadlock: () => undefined, outOfRange: () => undefined };

/** Loads that returned an old value on the way by which the search first came to the finding. */
function oldReadsOf({ table }: StateSpace, { finding }: Found, byDepth: readonly (readonly Edge[])[]): number {
  let sum = 0;
  let to = finding.state;
  for (const edges of byDepth.toReversed()) {
    const [from, via] = [table.parent[to]!, table.via[to]!];
    sum += Math.min(...edges.filter((edge) => edge.from === from && edge.via === via && edge.to === to).map(({ oldReads }) => oldReads));
    to = from;
  }
  return sum;
}

/** The end that is reached at the least cost, and the run to it. */
function cheapest(space: StateSpace, byDepth: readonly (readonly Edge[])[], ends: readonly End[]): { readonly path: Path; readonly cost: number } | undefined {
  const { prepared } = space;
  const threadOf = (edge: Edge): ThreadIndex => prepared.transitions[edge.via]!.thread;
  let runs = new Map<number, readonly Run[]>();
  byDepth.forEach((edges, depth) => {
    const next = new Map<number, readonly Run[]>();
    for (const edge of edges) {
      const befores = depth === 0 ? [undefined] : (runs.get(edge.from) ?? []);
      for (const before of befores) {
        const own = edge.oldReads * oldReadCost;
        const cost = before ? before.cost + own + Number(threadOf(before.edge) !== threadOf(edge)) : own;
        next.set(edge.to, withRun(next.get(edge.to) ?? [], { cost, edge, before }, threadOf));
      }
    }
    runs = next;
  });
  let best: { readonly end: End; readonly run: Run | undefined; readonly cost: number } | undefined;
  for (const end of ends) {
    for (const run of byDepth.length === 0 ? [undefined] : (runs.get(end.state) ?? [])) {
      const cost = run ? run.cost + Number(end.last !== undefined && end.last !== threadOf(run.edge)) : 0;
      if (!best || cost < best.cost) best = { end, run, cost };
    }
  }
  return best && { path: pathOf(space, best.end, best.run), cost: best.cost };
}

/** One run for each thread that moved last: the first of those that cost least. */
function withRun(runs: readonly Run[], run: Run, threadOf: (edge: Edge) => ThreadIndex): readonly Run[] {
  const known = runs.find(({ edge }) => threadOf(edge) === threadOf(run.edge));
  if (!known) return [...runs, run];
  return known.cost <= run.cost ? runs : runs.map((each) => (each === known ? run : each));
}

function pathOf(space: StateSpace, end: End, last: Run | undefined): Path {
  const { table, prepared } = space;
  const edges: Edge[] = [];
  for (let run = last; run; run = run.before) edges.unshift(run.edge);
  const taken = [...edges.map(({ via }) => via), ...(end.failing === undefined ? [] : [end.failing])];
  return {
    start: -1 - table.parent[edges[0]?.from ?? end.state]!,
    transitions: taken.map((via) => prepared.transitions[via]!),
    states: edges.map(({ to }) => space.wordsOf(to)),
  };
}
