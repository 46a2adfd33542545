/** Answers about runs of small models from the interpreter alone, one step at a time: slow, and obviously right. Memory model sc. */

import type { Model, ThreadIndex, Transition } from '../../../server/src/model/types.ts';
import { holdsIn, isDone, type PlainState, runTransition, startState } from '../../../server/src/simulator/interpreter.ts';
import { traceStep } from '../../../server/src/simulator/trace.ts';
import type { TraceStep } from '../../../server/src/simulator/types.ts';

interface Move {
  readonly thread: ThreadIndex;
  readonly transition: Transition;
  readonly to: PlainState;
  /** The property that the step fails; the run ends there. */
  readonly failed: string | undefined;
}

export class NaiveRuns {
  private readonly known = new Map<string, readonly Move[]>();

  constructor(private readonly model: Model) {}

  start(): PlainState {
    return startState(this.model, 0, 'sc');
  }

  key(state: PlainState): string {
    return JSON.stringify([state.cells, state.locks.map((each) => each.map(({ exclusive, shared }) => [exclusive ?? -1, shared])), state.locations, state.locals]);
  }

  moves(state: PlainState): readonly Move[] {
    const key = this.key(state);
    const known = this.known.get(key);
    if (known) return known;
    const moves = this.model.threads.flatMap(({ program }, thread) => program.transitions.flatMap((transition) =>
      runTransition(this.model, state, thread, transition).flatMap((outcome): Move[] => {
        if (outcome.kind === 'outOfRange') throw new Error(outcome.reason);
        return [{ thread, transition, to: outcome.state, failed: outcome.kind === 'failed' ? outcome.failure.property : undefined }];
      })));
    this.known.set(key, moves);
    return moves;
  }

  isFinished(state: PlainState): boolean {
    return this.model.threads.every((_, thread) => isDone(this.model, state, thread));
  }

  violates(state: PlainState): string | undefined {
    return this.model.properties.find(({ when, condition }) => (when.kind === 'always' || this.isFinished(state)) && !holdsIn(this.model, state, condition))?.id;
  }

  /** Some run from here finishes all threads and violates nothing. */
  endsWell(from: PlainState): boolean {
    const seen = new Set<string>();
    const pending = [from];
    for (let state = pending.pop(); state; state = pending.pop()) {
      if (seen.has(this.key(state)) || this.violates(state) !== undefined) continue;
      seen.add(this.key(state));
      if (this.isFinished(state)) return true;
      pending.push(...this.moves(state).filter(({ failed }) => failed === undefined).map(({ to }) => to));
    }
    return false;
  }

  /** The states before and after each step of a trace. */
  along(trace: readonly TraceStep[]): readonly PlainState[] {
    const states = [this.start()];
    for (const step of trace) {
      const before = states.at(-1)!;
      const move = this.moves(before).find(({ thread, transition, to }) => thread === step.thread && transition.origin === step.origin &&
        JSON.stringify(traceStep(this.model, { thread, transition, before, after: to, staleReads: [] }).changes) === JSON.stringify(step.changes));
      if (!move) throw new Error(`no such step: ${step.origin.text}`);
      states.push(move.to);
    }
    return states;
  }

  /** The fewest changes of CPU in runs of that length that end so: a property's code, or `I21` for a deadlock. */
  fewestSwitches(property: string, length: number): number {
    let level = new Map([[this.key(this.start()), { state: this.start(), switches: new Map<number, number>([[-1, 0]]) }]]);
    const found: number[] = [];
    for (let taken = 0; taken <= length; taken++) {
      const next: typeof level = new Map();
      for (const { state, switches } of level.values()) {
        const isEnd = property === 'I21' ? !this.isFinished(state) && this.moves(state).length === 0 : this.violates(state) === property;
        if (taken === length && isEnd) found.push(Math.min(...switches.values()));
        if (this.violates(state) !== undefined) continue;
        for (const { thread, to, failed } of this.moves(state)) {
          const cost = Math.min(...[...switches].map(([last, count]) => count + Number(last >= 0 && last !== thread)));
          if (taken + 1 === length && failed === property) found.push(cost);
          if (failed !== undefined) continue;
          const known = next.get(this.key(to)) ?? { state: to, switches: new Map<number, number>() };
          known.switches.set(thread, Math.min(cost, known.switches.get(thread) ?? cost));
          next.set(this.key(to), known);
        }
      }
      level = next;
    }
    return Math.min(...found);
  }
}
