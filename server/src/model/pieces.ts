/**
 * The pieces that a protocol is made of: each barrier, lock section, check and shared step of a
 * program, and the program without it. What a search says of that program is what the piece is for.
 *
 * A lock section goes as a whole, its acquires with every release that they reach; assertions that
 * the lock is held go with it, so that what breaks is a consequence and not the missing lock itself.
 */

import type { LocalId, LocationId, LockId, Origin, Program, Step, Transition, Value } from './types.ts';
import { liveness } from './extract/simplify.ts';
import { constant } from './values.ts';

export type PieceKind = 'barrier' | 'lock' | 'check' | 'step';

export interface Piece {
  readonly kind: PieceKind;
  /** The C, or words: `smp_rmb()`; for a check, the condition that would always be taken as true. */
  readonly text: string;
  /** Of everything that goes with the piece, in program order; for a lock the acquires come first. */
  readonly origins: readonly Origin[];
  /** The program without it. Locations keep their numbers. */
  readonly without: Program;
}

/** Indices of the program's transitions that are one piece, and how it is taken out of each. */
interface Cut {
  readonly kind: PieceKind;
  readonly text: string;
  readonly members: readonly number[];
  readonly change: (transition: Transition, index: number) => Transition | undefined;
  /** A lock whose assertions go, wherever they are. */
  readonly unasserted?: LockId;
}

/** All pieces, in program order. Steps from one line of source, inlined more than once, are one piece. */
export function piecesOf(program: Program): Piece[] {
  return [...barriers(program), ...lockSections(program), ...checks(program), ...sharedSteps(program)]
    .sort((a, b) => a.members[0]! - b.members[0]!)
    .map((cut) => pieceOf(program, cut));
}

function pieceOf(program: Program, { kind, text, members, change, unasserted }: Cut): Piece {
  const wanted = new Set(members);
  const transitions = program.transitions.flatMap((transition, index) => {
    const changed = wanted.has(index) ? change(transition, index) : transition;
    if (!changed) return [];
    if (wanted.has(index) && kind !== 'check') return [leftOut(changed, unasserted)];
    return [unasserted === undefined ? changed : { ...changed, steps: withoutAssertions(changed.steps, unasserted) }];
  });
  return { kind, text, origins: members.map((index) => program.transitions[index]!.origin), without: { ...program, transitions } };
}

/** Traces show that the step is not taken. */
function leftOut(transition: Transition, unasserted: LockId | undefined): Transition {
  const { origin, steps } = transition;
  return {
    ...transition,
    origin: { ...origin, text: `(left out: ${origin.text})` },
    steps: unasserted === undefined ? steps : withoutAssertions(steps, unasserted),
  };
}

// ---- barriers and steps ------------------------------------------------------------------------

function barriers(program: Program): Cut[] {
  return byOrigin(program, ({ steps }) => steps.some(({ kind }) => kind === 'fence')).map((members) => ({
    kind: 'barrier', members, text: textOf(program, members),
    change: (transition) => ({ ...transition, steps: transition.steps.filter(({ kind }) => kind !== 'fence') }),
  }));
}

/** Steps that change shared cells and set no local that is read later: what is left without them is still a program. */
function sharedSteps(program: Program): Cut[] {
  const isEffect = (step: Step): boolean => step.kind === 'store' || step.kind === 'update' || (step.kind === 'if' && [...step.then, ...step.otherwise].some(isEffect));
  const live = liveness({ entry: program.entry, exit: program.exits[0] ?? program.entry, transitions: program.transitions });
  const isPrivate = ({ steps, to }: Transition): boolean => [...localsSet(steps)].every((local) => live.get(to)?.has(local) !== true);
  const isPiece = (transition: Transition): boolean =>
    !hasKind(transition.steps, 'assume', 'choose', 'tryAcquire') && transition.steps.some(isEffect) && isBalanced(transition.steps) && isPrivate(transition);
  return byOrigin(program, isPiece).map((members) => ({
    kind: 'step', members, text: textOf(program, members),
    change: (transition) => ({ ...transition, steps: [] }),
  }));
}

/** Every lock that the steps take they drop, and the other way round: a section that is one atomic step. */
function isBalanced(steps: readonly Step[]): boolean {
  const locks = [...lockSteps(steps)];
  const count = (isRelease: boolean): string => locks.filter(({ kind }) => (kind === 'release') === isRelease).map(({ lock }) => lock).sort((a, b) => a - b).join();
  return count(true) === count(false);
}

function hasKind(steps: readonly Step[], ...kinds: readonly Step['kind'][]): boolean {
  return steps.some((step) => kinds.includes(step.kind) || (step.kind === 'if' && (hasKind(step.then, ...kinds) || hasKind(step.otherwise, ...kinds))));
}

function localsSet(steps: readonly Step[], into = new Set<LocalId>()): Set<LocalId> {
  for (const step of steps) {
    if (step.kind === 'if') {
      localsSet(step.then, into);
      localsSet(step.otherwise, into);
    } else if (step.kind === 'assign' || step.kind === 'load' || step.kind === 'choose' || step.kind === 'tryAcquire') into.add(step.to);
    else if (step.kind === 'update' && step.result !== undefined) into.add(step.result);
  }
  return into;
}

/** Groups by the line of source, or by the transition itself where there is no source. */
function byOrigin(program: Program, isWanted: (transition: Transition) => boolean): number[][] {
  const groups = new Map<string, number[]>();
  program.transitions.forEach((transition, index) => {
    if (!isWanted(transition)) return;
    const key = keyOf(transition.origin, index);
    groups.set(key, [...(groups.get(key) ?? []), index]);
  });
  return [...groups.values()];
}

function keyOf({ place, text }: Origin, index: number): string {
  return place ? `${place.file}:${place.line}: ${text}` : `${index}`;
}

function textOf(program: Program, members: readonly number[]): string {
  return program.transitions[members[0]!]!.origin.text;
}

// ---- checks --------------------------------------------------------------------------------------

/** Each way out of a branch, as if its condition always held. A free choice is no check. */
function checks(program: Program): Cut[] {
  const cuts = new Map<string, { text: string; taken: number[]; dropped: number[] }>();
  for (const ways of branches(program)) {
    for (const way of ways) {
      const { origin } = program.transitions[way]!;
      const key = keyOf(origin, way);
      const cut = cuts.get(key) ?? { text: origin.text, taken: [], dropped: [] };
      cut.taken.push(way);
      cut.dropped.push(...ways.filter((other) => other !== way));
      cuts.set(key, cut);
    }
  }
  return [...cuts.values()].map(({ text, taken, dropped }): Cut => {
    const gone = new Set(dropped);
    return {
      kind: 'check', text, members: [...taken, ...dropped],
      change: (transition, index) => (gone.has(index) ? undefined : { ...transition, steps: transition.steps.filter((step) => step.kind !== 'assume') }),
    };
  });
}

/** Transition indices by the location that they leave, where each is conditional. */
function branches(program: Program): number[][] {
  const leaving = new Map<LocationId, number[]>();
  program.transitions.forEach(({ from }, index) => leaving.set(from, [...(leaving.get(from) ?? []), index]));
  return [...leaving.values()].filter((ways) =>
    ways.length > 1 && ways.every((way) => program.transitions[way]!.steps.some(({ kind }) => kind === 'assume')));
}

// ---- lock sections ---------------------------------------------------------------------------------

function lockSections(program: Program): Cut[] {
  const lockIds = new Set(program.transitions.flatMap(({ steps }) => [...lockSteps(steps)].map(({ lock }) => lock)));
  return [...lockIds].flatMap((lock) => sectionsOf(program, lock));
}

/** Acquires that share a release are one section. Sections within one atomic step are none: nothing can come between. */
function sectionsOf(program: Program, lock: LockId): Cut[] {
  const takes = indicesWith(program, lock, (step) => step !== 'release').filter((index) => !drops(program, index, lock));
  const sections: { takes: Set<number>; drops: Set<number> }[] = [];
  for (const take of takes) {
    const reached = releasesFrom(program, take, lock);
    if (reached.size === 0) continue;
    const touching = sections.filter((section) => [...reached].some((each) => section.drops.has(each)) || sameLine(program, section.takes, take));
    const merged = { takes: new Set([...touching.flatMap((each) => [...each.takes]), take]), drops: new Set([...touching.flatMap((each) => [...each.drops]), ...reached]) };
    sections.splice(0, sections.length, ...sections.filter((each) => !touching.includes(each)), merged);
  }
  return sections.map((section): Cut => {
    const members = [...[...section.takes].sort((a, b) => a - b), ...[...section.drops].sort((a, b) => a - b)];
    return {
      kind: 'lock', members, text: textOf(program, members), unasserted: lock,
      change: (transition) => ({ ...transition, steps: withoutLock(transition.steps, lock) }),
    };
  });
}

function sameLine(program: Program, takes: ReadonlySet<number>, take: number): boolean {
  const key = keyOf(program.transitions[take]!.origin, take);
  return [...takes].some((each) => keyOf(program.transitions[each]!.origin, each) === key);
}

/** The first releases on every way from a transition; a way on which the lock is taken again never held it. */
function releasesFrom(program: Program, take: number, lock: LockId): Set<number> {
  const found = new Set<number>();
  const seen = new Set<LocationId>();
  const pending = [program.transitions[take]!.to];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    program.transitions.forEach((transition, index) => {
      if (transition.from !== at) return;
      if (drops(program, index, lock)) found.add(index);
      else if (!takesLock(transition, lock)) pending.push(transition.to);
    });
  }
  return found;
}

function takesLock({ steps }: Transition, lock: LockId): boolean {
  return [...lockSteps(steps)].some((step) => step.lock === lock && step.kind !== 'release');
}

function drops(program: Program, index: number, lock: LockId): boolean {
  return [...lockSteps(program.transitions[index]!.steps)].some((step) => step.lock === lock && step.kind === 'release');
}

function indicesWith(program: Program, lock: LockId, isWanted: (kind: LockStep['kind']) => boolean): number[] {
  return program.transitions.flatMap(({ steps }, index) => ([...lockSteps(steps)].some((step) => step.lock === lock && isWanted(step.kind)) ? [index] : []));
}

interface LockStep {
  readonly kind: 'acquire' | 'tryAcquire' | 'release';
  readonly lock: LockId;
}

function* lockSteps(steps: readonly Step[]): Generator<LockStep> {
  for (const step of steps) {
    if (step.kind === 'if') {
      yield* lockSteps(step.then);
      yield* lockSteps(step.otherwise);
    } else if (step.kind === 'acquire' || step.kind === 'tryAcquire' || step.kind === 'release') yield { kind: step.kind, lock: step.lock.lock };
  }
}

/** A trylock always succeeds. */
function withoutLock(steps: readonly Step[], lock: LockId): Step[] {
  return steps.flatMap((step): Step[] => {
    switch (step.kind) {
      case 'acquire':
      case 'release':
        return step.lock.lock === lock ? [] : [step];
      case 'tryAcquire':
        return step.lock.lock === lock ? [{ kind: 'assign', to: step.to, value: constant(1) }] : [step];
      case 'if':
        return [{ ...step, then: withoutLock(step.then, lock), otherwise: withoutLock(step.otherwise, lock) }];
      default:
        return [step];
    }
  });
}

function withoutAssertions(steps: readonly Step[], lock: LockId): Step[] {
  return steps.flatMap((step): Step[] => {
    if (step.kind === 'if') return [{ ...step, then: withoutAssertions(step.then, lock), otherwise: withoutAssertions(step.otherwise, lock) }];
    return step.kind === 'check' && mentionsLock(step.condition, lock) ? [] : [step];
  });
}

function mentionsLock(value: Value, lock: LockId): boolean {
  switch (value.kind) {
    case 'held':
      return value.lock.lock === lock;
    case 'unary':
      return mentionsLock(value.operand, lock);
    case 'binary':
      return mentionsLock(value.left, lock) || mentionsLock(value.right, lock);
    default:
      return false;
  }
}
