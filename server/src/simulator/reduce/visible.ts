/**
 * Whether a property, or a witness, could miss something if a transition were taken earlier or later than it was:
 * what it writes, against what they read. Of a lock it matters how they read it: where a property excuses whoever
 * holds it, as most do, an earlier release or a later acquire makes it fail more often, and that is no loss.
 */

import type { Model, Step, Value } from '../../model/types.ts';
import { walkSteps } from '../steps.ts';
import { cellPlace, lockPlace, mayBeSame, type Place } from './place.ts';

/** Which way a transition is moved in a run. */
export type Moved = 'earlier' | 'later';

type Polarity = 1 | -1 | 0;

export class Visible {
  /** A witness or a condition of the end asks which threads are done. */
  readonly isEnd: boolean;
  private readonly cells: Place[] = [];
  /** Locks that make a condition hold which otherwise might not; and the other way round. */
  private readonly excusing: Place[] = [];
  private readonly accusing: Place[] = [];

  constructor({ properties, witnesses }: Model) {
    const asked = [...properties.map(({ condition }) => this.look(condition, 1)), ...witnesses.map(({ condition }) => this.look(condition, -1))];
    this.isEnd = asked.includes(true) || properties.some(({ when }) => when.kind !== 'always');
  }

  /** Whether the condition asks which threads are done. `polarity`: what it is to the whole that its parts hold. */
  private look(value: Value, polarity: Polarity): boolean {
    switch (value.kind) {
      case 'done':
        return true;
      case 'cell':
        this.cells.push(cellPlace(value.ref));
        return value.ref.index !== undefined && this.look(value.ref.index, 0);
      case 'held':
        if (polarity >= 0) this.excusing.push(lockPlace(value.lock));
        if (polarity <= 0) this.accusing.push(lockPlace(value.lock));
        return value.lock.index !== undefined && this.look(value.lock.index, 0);
      case 'unary':
        return this.look(value.operand, value.op === '!' ? (-polarity as Polarity) : 0);
      case 'binary': {
        const inner = value.op === '&&' || value.op === '||' ? polarity : 0;
        const [left, right] = [this.look(value.left, inner), this.look(value.right, inner)];
        return left || right;
      }
      case 'const':
      case 'local':
      case 'self':
        return false;
    }
  }

  isWritten(steps: readonly Step[], moved: Moved): boolean {
    let isWritten = false;
    const [taken, dropped] = moved === 'earlier' ? [this.excusing, this.accusing] : [this.accusing, this.excusing];
    const note = (place: Place, read: readonly Place[]): void => { isWritten ||= read.some((each) => mayBeSame(each, place)); };
    walkSteps(steps, (step) => {
      if (step.kind === 'store') note(cellPlace(step.to), this.cells);
      else if (step.kind === 'update') note(cellPlace(step.cell), this.cells);
      else if (step.kind === 'acquire' || step.kind === 'tryAcquire') note(lockPlace(step.lock), taken);
      else if (step.kind === 'release') note(lockPlace(step.lock), dropped);
    });
    return isWritten;
  }
}
