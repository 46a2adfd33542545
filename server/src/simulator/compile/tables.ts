/**
 * Numbers that generated code uses to say what failed or left its range, and what they mean.
 * 0 means that nothing did.
 */

import type { Model, ThreadIndex } from '../../model/types.ts';
import { historyLimit } from '../weak/context.ts';
import { badIndexMessage, lockName, outOfRangeMessage, threadName } from '../names.ts';

export class Tables {
  private readonly properties: string[] = [];
  private readonly reasons: ((value: number) => string)[] = [];

  constructor(private readonly model: Model) {}

  /** A `check`, or one of I17 to I19. */
  failure(property: string): number {
    const known = this.properties.indexOf(property);
    return (known >= 0 ? known : this.properties.push(property) - 1) + 1;
  }

  propertyOf(failure: number): string {
    return this.properties[failure - 1]!;
  }

  /** `index` is undefined where it is known only at run time: the array as a whole is named. */
  cellRange(cell: number, index: number | undefined): number {
    const { name, min, max, elementName } = this.model.cells[cell]!;
    const what = index === undefined ? name : elementName(index);
    return this.reasons.push((value) => outOfRangeMessage(what, value, min, max));
  }

  localRange(thread: ThreadIndex, local: number): number {
    const { name, min, max } = this.model.threads[thread]!.program.locals[local]!;
    return this.reasons.push((value) => outOfRangeMessage(`${name} of ${threadName(this.model, thread)}`, value, min, max));
  }

  badIndex(what: string, length: number): number {
    return this.reasons.push((index) => badIndexMessage(what, index, length));
  }

  historyFull(cell: number): number {
    return this.reasons.push(() => `${this.model.cells[cell]!.name} has more than ${historyLimit} values that somebody may still read`);
  }

  bufferFull(thread: ThreadIndex, limit: number): number {
    return this.reasons.push(() => `the store buffer of ${threadName(this.model, thread)} has more than ${limit} entries`);
  }

  sharedTwice(lock: number): number {
    return this.reasons.push(() => `${lockName(this.model, lock, 0)} is taken shared twice by one thread`);
  }

  reasonOf(code: number, value: number): string {
    return this.reasons[code - 1]!(value);
  }
}
