/**
 * The axioms of the kernel's memory model (tools/memory-model/linux-kernel.cat: coherence, atomicity,
 * happens-before, propagation) over all candidate executions of a small straight-line test. Written
 * from the axioms alone: it shares nothing with the simulator. Marked accesses and fences only, no
 * locks, no RCU. Exponential; for a dozen accesses.
 */

export type Access =
  | { readonly kind: 'R'; readonly at: number; readonly order: 'once' | 'acquire'; readonly register: number }
  /** `from`: the register whose value is stored, so that the store depends on it; else `value`. */
  | { readonly kind: 'W'; readonly at: number; readonly order: 'once' | 'release'; readonly value: number; readonly from?: number }
  | { readonly kind: 'F'; readonly fence: 'rmb' | 'wmb' | 'mb' };

interface Event {
  readonly thread: number;
  /** Position in the thread, or -1 for the initial write. */
  readonly po: number;
  readonly access: Access;
  readonly at: number;
}

/** Square boolean matrix. */
type Relation = readonly (readonly boolean[])[];

/** Outcomes, each as register values by thread and final values by variable. */
export function axiomaticOutcomes(threads: readonly (readonly Access[])[], variables: number): Set<string> {
  const events: Event[] = Array.from({ length: variables }, (_, at): Event => ({ thread: -1, po: -1, at, access: { kind: 'W', at, order: 'once', value: 0 } }));
  threads.forEach((accesses, thread) => accesses.forEach((access, po) => events.push({ thread, po, access, at: access.kind === 'F' ? -1 : access.at })));
  const outcomes = new Set<string>();
  const reads = indices(events, (event) => event.access.kind === 'R');
  const writesTo = Array.from({ length: variables }, (_, at) => indices(events, (event) => event.access.kind === 'W' && event.at === at));
  for (const sources of product(reads.map((read) => writesTo[events[read]!.at]!))) {
    const rfOf = new Map(reads.map((read, at) => [read, sources[at]!]));
    const values = valuesOf(events, rfOf);
    if (!values) continue;
    for (const orders of product(writesTo.map(([first, ...rest]) => permutations(rest).map((order) => [first!, ...order])))) {
      if (isAllowed(events, rfOf, orders)) outcomes.add(outcome(events, threads.length, values, orders));
    }
  }
  return outcomes;
}

/** Undefined where a value would come out of thin air. */
function valuesOf(events: readonly Event[], rfOf: ReadonlyMap<number, number>): readonly number[] | undefined {
  const known = new Map<number, number>();
  const value = (event: number, depth: number): number | undefined => {
    if (depth > events.length) return undefined;
    const { access, thread } = events[event]!;
    if (access.kind === 'R') return value(rfOf.get(event)!, depth + 1);
    if (access.kind !== 'W') return 0;
    if (access.from === undefined) return access.value;
    const source = events.findIndex((each) => each.thread === thread && each.access.kind === 'R' && each.access.register === access.from);
    return value(source, depth + 1);
  };
  for (const [event] of events.entries()) {
    const found = value(event, 0);
    if (found === undefined) return undefined;
    known.set(event, found);
  }
  return [...known.values()];
}

function outcome(events: readonly Event[], threadCount: number, values: readonly number[], orders: readonly (readonly number[])[]): string {
  const registers = Array.from({ length: threadCount }, (_, thread) =>
    events.flatMap((event, at) => (event.thread === thread && event.access.kind === 'R' ? [values[at]!] : [])).join(','));
  return `${registers.join(';')}|${orders.map((order) => values[order.at(-1)!]!).join(',')}`;
}

function isAllowed(events: readonly Event[], rfOf: ReadonlyMap<number, number>, orders: readonly (readonly number[])[]): boolean {
  const n = events.length;
  const relation = (test: (a: number, b: number) => boolean): Relation => Array.from({ length: n }, (_, a) => Array.from({ length: n }, (__, b) => test(a, b)));
  const e = (at: number): Event => events[at]!;
  const isR = (at: number): boolean => e(at).access.kind === 'R';
  const isW = (at: number): boolean => e(at).access.kind === 'W';
  const isM = (at: number): boolean => e(at).access.kind !== 'F';
  const place = new Map(orders.flatMap((order) => order.map((event, at) => [event, at] as const)));
  const po = relation((a, b) => e(a).thread >= 0 && e(a).thread === e(b).thread && e(a).po < e(b).po);
  const ext = relation((a, b) => e(a).thread !== e(b).thread);
  const int = relation((a, b) => e(a).thread === e(b).thread);
  const rf = relation((a, b) => rfOf.get(b) === a);
  const co = relation((a, b) => isW(a) && isW(b) && e(a).at === e(b).at && place.get(a)! < place.get(b)!);
  const fr = relation((a, b) => isR(a) && isW(b) && e(a).at === e(b).at && place.get(rfOf.get(a)!)! < place.get(b)!);
  const poLoc = relation((a, b) => po[a]![b]! && isM(a) && isM(b) && e(a).at === e(b).at);
  if (!isAcyclic(union(poLoc, rf, co, fr))) return false;
  const fence = (kind: string): Relation => relation((a, b) => events.some((each, at) => each.access.kind === 'F' && each.access.fence === kind && po[a]![at]! && po[at]![b]!));
  const fenced = (kind: string, from: (at: number) => boolean, to: (at: number) => boolean): Relation => {
    const all = fence(kind);
    return relation((a, b) => from(a) && to(b) && all[a]![b]!);
  };
  const orderOf = (at: number): string => { const { access } = e(at); return access.kind === 'F' ? '' : access.order; };
  const poRel = relation((a, b) => isM(a) && orderOf(b) === 'release' && po[a]![b]!);
  const acqPo = relation((a, b) => orderOf(a) === 'acquire' && isM(b) && po[a]![b]!);
  const mb = fenced('mb', isM, isM);
  const wmb = fenced('wmb', isW, isW);
  const rmb = fenced('rmb', isR, isR);
  const data = relation((a, b) => { const [x, y] = [e(a).access, e(b).access]; return int[a]![b]! && x.kind === 'R' && y.kind === 'W' && y.from === x.register && po[a]![b]!; });
  const overwrite = union(co, fr);
  const rfi = meet(rf, int);
  const rfe = meet(rf, ext);
  const ppo = union(data, meet(overwrite, int), compose(data, rfi), mb, poRel, acqPo, wmb, rmb);
  const id = relation((a, b) => a === b);
  const aCumul = (r: Relation): Relation => compose(union(id, rfe), r);
  const cumulFence = union(aCumul(union(mb, poRel)), wmb);
  const marked = relation((a, b) => a === b && isM(a));
  const prop = compose(marked, compose(union(id, meet(overwrite, ext)), compose(union(id, closure(cumulFence)), compose(union(id, rfe), marked))));
  const hb = union(ppo, rfe, relation((a, b) => a !== b && prop[a]![b]! && int[a]![b]!));
  if (!isAcyclic(hb)) return false;
  return isAcyclic(compose(prop, compose(mb, union(id, closure(hb)))));
}

function indices(events: readonly Event[], test: (event: Event) => boolean): number[] {
  return events.flatMap((event, at) => (test(event) ? [at] : []));
}

function union(...all: readonly Relation[]): Relation {
  return all[0]!.map((row, a) => row.map((_, b) => all.some((each) => each[a]![b]!)));
}

function meet(one: Relation, other: Relation): Relation {
  return one.map((row, a) => row.map((is, b) => is && other[a]![b]!));
}

function compose(one: Relation, other: Relation): Relation {
  return one.map((row) => row.map((_, b) => row.some((is, middle) => is && other[middle]![b]!)));
}

function closure(relation: Relation): Relation {
  const all = relation.map((row) => [...row]);
  for (const middle of all.keys()) for (const row of all) if (row[middle]) all[middle]!.forEach((is, b) => { if (is) row[b] = true; });
  return all;
}

function isAcyclic(relation: Relation): boolean {
  return closure(relation).every((row, at) => !row[at]!);
}

function* product<T>(sets: readonly (readonly T[])[]): Iterable<readonly T[]> {
  const [first, ...rest] = sets;
  if (!first) { yield []; return; }
  for (const each of first) for (const others of product(rest)) yield [each, ...others];
}

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
}
