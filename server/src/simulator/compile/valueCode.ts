/** JavaScript expressions for model values over a packed state. */

import { assertNever } from '../../base/assert.ts';
import type { CellRef, Local, LockRef, ThreadIndex, Value } from '../../model/types.ts';
import { ModelError } from '../errors.ts';
import { exclusiveLockValue, type Field, type Layout } from '../layout.ts';
import { finished, type Prepared } from '../prepare.ts';
import { isWithin, rangeOf } from '../ranges.ts';
import { type ElementIndex, readCode } from './fieldCode.ts';
import type { MemoryCode } from './memoryCode.ts';

export class ValueCode {
  private scratchCount = 0;

  /** `thread` is the acting thread; undefined for properties. */
  constructor(
    private readonly prepared: Prepared,
    private readonly layout: Layout,
    private readonly thread: ThreadIndex | undefined,
    private readonly memory: MemoryCode | undefined,
  ) {}

  /** Where the context of the memory model is. */
  private get context(): string {
    return this.thread === undefined ? `w${this.layout.viewWord}` : 'v';
  }

  private own(cell: number, field: Field, index: ElementIndex): string {
    const newest = readCode(field, index);
    return this.thread === undefined || !this.memory ? newest : this.memory.own(this.thread, cell, index, newest);
  }

  /** Names that the code assigns to and the function around it must declare. */
  get scratch(): readonly string[] {
    return Array.from({ length: this.scratchCount }, (_, number) => `i${number}`);
  }

  get locals(): readonly Local[] {
    return this.thread === undefined ? [] : this.prepared.threads[this.thread]!.program.locals;
  }

  /** A 32-bit number. */
  number(value: Value): string {
    switch (value.kind) {
      case 'const':
        return value.value < 0 ? `(${value.value})` : String(value.value);
      case 'local':
        return readCode(this.localField(value.local), 0);
      case 'cell':
        return this.element(this.layout.cells[value.ref.cell]!, value.ref, (field, index) => this.own(value.ref.cell, field, index), '0');
      case 'self':
        return String(this.actor());
      case 'unary':
        return value.op === '!' ? `(${this.condition(value)} ? 1 : 0)` : `(${value.op}${this.number(value.operand)} | 0)`;
      case 'held':
      case 'done':
        return `(${this.condition(value)} ? 1 : 0)`;
      case 'binary':
        return this.binary(value);
      default:
        return assertNever(value);
    }
  }

  /** A JavaScript boolean. */
  condition(value: Value): string {
    switch (value.kind) {
      case 'const':
        return value.value === 0 ? 'false' : 'true';
      case 'unary':
        if (value.op === '!') return `!${this.condition(value.operand)}`;
        break;
      case 'done':
        return this.done(value.thread);
      case 'held':
        return this.held(value.lock, value.by);
      case 'binary':
        if (value.op === '&&' || value.op === '||') return `(${this.condition(value.left)} ${value.op} ${this.condition(value.right)})`;
        if (value.op === '==' || value.op === '!=') return `(${this.number(value.left)} ${value.op}= ${this.number(value.right)})`;
        if (value.op === '<' || value.op === '<=' || value.op === '>' || value.op === '>=') {
          return `(${this.number(value.left)} ${value.op} ${this.number(value.right)})`;
        }
        break;
      case 'local':
      case 'cell':
      case 'self':
        break;
      default:
        assertNever(value);
    }
    return `(${this.number(value)} !== 0)`;
  }

  /** True when the index of `ref` cannot leave an array of `length`. */
  isInRange(ref: CellRef | LockRef, length: number): boolean {
    if (!ref.index) return true;
    return isWithin(rangeOf(ref.index, this.locals, this.prepared.model.cells), { min: 0, max: length - 1 });
  }

  localField(local: number): Field {
    if (this.thread === undefined) throw new ModelError('a property or witness refers to a local');
    const field = this.layout.locals[this.thread]![local];
    if (!field) throw new ModelError(`no local ${local} in ${this.prepared.threads[this.thread]!.program.name}`);
    return field;
  }

  /** True where `lock` (at `index`) is held by `thread`. */
  heldBy(lock: number, index: ElementIndex, thread: ThreadIndex): string {
    const value = readCode(this.layout.locks[lock]!, index);
    const exclusive = `${value} === ${exclusiveLockValue(this.layout, lock, thread)}`;
    const held = this.layout.isShared[lock]
      ? `(${exclusive} || (${value} < ${2 ** this.prepared.threads.length} && (${value} & ${1 << thread}) !== 0))`
      : `(${exclusive})`;
    return this.memory ? this.memory.isHeld(held, thread, lock, index, this.context) : held;
  }

  /** True where the thread has finished, and everybody sees what it did. */
  done(thread: ThreadIndex): string {
    const code = `(${readCode(this.layout.counters[thread]!, 0)} === ${finished})`;
    return this.memory ? this.memory.isDone(code, thread, this.context) : code;
  }

  actor(): ThreadIndex {
    if (this.thread === undefined) throw new ModelError('a property or witness refers to the acting thread');
    return this.thread;
  }

  private held(ref: LockRef, by: ThreadIndex | 'self' | 'anyone'): string {
    return this.element(this.layout.locks[ref.lock]!, ref, (field, index) => {
      if (by === 'anyone') return `(${readCode(field, index)} !== 0)`;
      return this.heldBy(ref.lock, index, by === 'self' ? this.actor() : by);
    }, 'false');
  }

  /** Reads an element; `otherwise` where its index is outside the array. */
  private element(field: Field, ref: CellRef | LockRef, read: (field: Field, index: ElementIndex) => string, otherwise: string): string {
    if (!ref.index) return read(field, 0);
    if (ref.index.kind === 'const') {
      const index = ref.index.value;
      return index >= 0 && index < field.length ? read(field, index) : otherwise;
    }
    const name = `i${this.scratchCount++}`;
    const code = this.number(ref.index);
    if (this.isInRange(ref, field.length)) return `(${name} = ${code}, ${read(field, name)})`;
    return `((${name} = ${code}) >= 0 && ${name} < ${field.length} ? ${read(field, name)} : ${otherwise})`;
  }

  private binary(value: Extract<Value, { kind: 'binary' }>): string {
    const { op } = value;
    switch (op) {
      case '+':
      case '-':
        return `(${this.number(value.left)} ${op} ${this.number(value.right)} | 0)`;
      case '*':
        return `Math.imul(${this.number(value.left)}, ${this.number(value.right)})`;
      case '&':
      case '|':
      case '^':
      case '<<':
      case '>>':
        return `(${this.number(value.left)} ${op} ${this.number(value.right)})`;
      case '==':
      case '!=':
      case '<':
      case '<=':
      case '>':
      case '>=':
      case '&&':
      case '||':
        return `(${this.condition(value)} ? 1 : 0)`;
      default:
        return assertNever(op);
    }
  }
}
