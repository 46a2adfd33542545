/**
 * The step of a run after which it could no longer end well: the first state from which no run ends with
 * every thread finished and nothing violated. Runs that go on for ever do not end well either.
 *
 * Along a run this changes once only, so states are tried from the end. All that was reached from a state
 * that cannot end well cannot either, and is not looked at again.
 */

import type { SearchEvents } from '../compile/searchCode.ts';
import { isUndecided } from '../invariants/catalogue.ts';
import type { PlainState } from '../interpreter.ts';
import type { PreparedTransition } from '../prepare.ts';
import { type Ending, isSameState, outcomesOf, type Path } from '../replay.ts';
import type { StateSpace } from '../stateSpace.ts';
import type { StepTaken } from '../trace.ts';
import type { Allowance } from './allowance.ts';

/**
 * After how many of `steps` (all parts of the path's transitions) all is lost; 0 where no run from the
 * start ends well. Undefined where that could not be found out.
 */
export function irreversibleStep(space: StateSpace, path: Path, ending: Ending, steps: readonly StepTaken[], allowance: Allowance): number | undefined {
  const words = [space.startWords(path.start), ...path.states];
  const futures = new Futures(space, allowance);
  let lost = futures.firstViolated(words) ?? (ending.kind === 'failure' ? words.length : words.length - 1);
  for (; lost > 0; lost--) {
    const endsWell = futures.endsWell(words[lost - 1]!);
    if (endsWell === undefined) return undefined;
    if (endsWell) break;
  }
  if (lost === 0) return 0;
  const transition = path.transitions[lost - 1]!;
  const before = path.transitions.slice(0, lost - 1).reduce((sum, each) => sum + stepCount(each), 0);
  const part = partOf(space, futures, words[lost - 1]!, transition, steps.slice(before, before + stepCount(transition)));
  return part === undefined ? undefined : before + part;
}

function stepCount(transition: PreparedTransition): number {
  return transition.isFlush ? 1 : transition.parts.length;
}

/** What can still become of a state. */
class Futures {
  /** States that violate something; nothing goes on from them. */
  private readonly violated = new Set<number>();
  private isUncertain = false;
  private readonly deadlocked = new Set<number>();

  constructor(private readonly space: StateSpace, private readonly allowance: Allowance) {
    this.forget();
  }

  forget(): void {
    const { space } = this;
    space.clear();
    this.violated.clear();
    this.deadlocked.clear();
    this.isUncertain = false;
    space.listen(this.events());
    if (space.edges) space.edges.isOn = false;
  }

  private events(): SearchEvents {
    const { tables } = this.space;
    return {
      violated: (state) => { this.violated.add(state); return true; },
      failed: (_state, _transition, failure) => { this.isUncertain ||= isUndecided(tables.propertyOf(failure)); return false; },
      deadlock: (state) => { this.deadlocked.add(state); },
      outOfRange: () => { this.isUncertain = true; },
    };
  }

  /** The first of the states that violates a property, whichever. */
  firstViolated(states: readonly Int32Array[]): number | undefined {
    const { compiled } = this.space;
    const at = states.findIndex((words) => {
      this.forget();
      const state = compiled.insert(words, 0);
      return compiled.violates.some((isViolated) => isViolated(state));
    });
    this.forget();
    return at < 0 ? undefined : at;
  }

  /**
   * Whether some run from the state ends well. What is kept of earlier calls does not; after `true`, `forget`
   * has to be called. Undefined where the allowance is spent, or a run leaves what is modelled.
   */
  endsWell(words: Int32Array): boolean | undefined {
    const { table, compiled } = this.space;
    const first = compiled.insert(words, 0);
    const pending = first < 0 ? [] : [first];
    for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
      if (!this.allowance.spend()) return undefined;
      const known = table.count;
      const taken = compiled.expand(state);
      if (taken === 0 && !this.deadlocked.has(state)) return true;
      for (let next = known; next < table.count; next++) if (!this.violated.has(next)) pending.push(next);
    }
    return this.isUncertain ? undefined : false;
  }

  /** All successors of a state that violate nothing; undefined where a run leaves what is modelled. */
  successors(words: Int32Array): readonly Successor[] | undefined {
    const { space } = this;
    const { edges, prepared } = space;
    if (!edges) return undefined;
    this.forget();
    const state = space.compiled.insert(words, 0);
    edges.clear();
    edges.isOn = true;
    space.compiled.expand(state);
    edges.isOn = false;
    if (this.isUncertain) return undefined;
    const successors: Successor[] = [];
    for (let edge = 0; edge < edges.count; edge++) {
      const to = edges.to[edge]!;
      if (!this.violated.has(to)) successors.push({ transition: prepared.transitions[edges.via[edge]!]!, words: space.wordsOf(to) });
    }
    return successors;
  }
}

interface Successor {
  readonly transition: PreparedTransition;
  readonly words: Int32Array;
}

/**
 * After how many of its steps a transition, whose end is lost, is lost itself. Steps on a thread's own
 * locals run together with the step before them: between them the thread may still go another way, which
 * is one of the other transitions from `before` that begin with the same parts.
 */
function partOf(space: StateSpace, futures: Futures, before: Int32Array, transition: PreparedTransition, steps: readonly StepTaken[]): number | undefined {
  if (steps.length < 2) return steps.length;
  const others = futures.successors(before)?.filter((each) => sharedParts(each.transition, transition) > 0);
  if (!others) return undefined;
  const verdicts = new Map<Successor, boolean | undefined>();
  const endsWell = (successor: Successor): boolean | undefined => {
    if (!verdicts.has(successor)) {
      futures.forget();
      verdicts.set(successor, futures.endsWell(successor.words));
    }
    return verdicts.get(successor);
  };
  for (const [at, { after }] of steps.slice(0, -1).entries()) {
    const reachable = others.filter((each) => sharedParts(each.transition, transition) > at && mayBecome(space, after, each, at + 1));
    const answers = reachable.map(endsWell);
    if (answers.includes(true)) continue;
    return answers.includes(undefined) ? undefined : at + 1;
  }
  return steps.length;
}

/** How many parts two transitions of one location have in common. */
function sharedParts(one: PreparedTransition, other: PreparedTransition): number {
  if (one.thread !== other.thread || one.from !== other.from) return 0;
  const different = one.parts.findIndex((part, at) => part !== other.parts[at]);
  return different < 0 ? one.parts.length : different;
}

/** Whether the rest of a successor's transition, after `done` of its parts, leads from a state to it. */
function mayBecome(space: StateSpace, state: PlainState, { transition, words }: Successor, done: number): boolean {
  const outcomes = outcomesOf(space.prepared, state, transition.thread, transition.parts.slice(done));
  return outcomes.some((outcome) => isSameState(space.prepared, space.layout, outcome, words));
}
