/**
 * JavaScript for one transition: a block labelled x<number> that works on copies w0, w1, … of the
 * state's words, leaves by `break` when the transition is not enabled, and commits the successor.
 *
 *     x4: { // fault: page_table lock
 *       let w0 = s0, w1 = s1, bad = 0, badValue = 0, fail = 0;
 *       if ((w1 & 3) !== 0) break x4;          // acquire: somebody holds it
 *       w1 = (w1 & -4) | 1;
 *       enabled = 1;
 *       n = commit(state, 4, w0, w1);
 *       if (n >= 0 && isWrong0(n, w0, w1)) return taken;
 *     }
 */

import { assertNever } from '../../base/assert.ts';
import type { CellRef, LockMode, LockRef, Step, Value } from '../../model/types.ts';
import { exclusiveLockValue, type Field, type Layout } from '../layout.ts';
import { finished, type Prepared, type PreparedTransition } from '../prepare.ts';
import { isWithin, type Range, rangeOf } from '../ranges.ts';
import { localsRead, walkSteps } from '../steps.ts';
import { type ElementIndex, isNumber, readCode, writeCode } from './fieldCode.ts';
import type { Tables } from './tables.ts';
import { ValueCode } from './valueCode.ts';
import { releasedLock } from './bufferCode.ts';
import type { MemoryCode, StoreCode } from './memoryCode.ts';

export interface TransitionContext {
  readonly prepared: Prepared;
  readonly layout: Layout;
  readonly tables: Tables;
  /** Present where the memory model remembers more than newest values. */
  readonly memory: MemoryCode | undefined;
  /** Code to run on a new state `n` whose words are in w0, w1, … */
  readonly checkNewState: (transition: PreparedTransition) => readonly string[];
}

export class TransitionCode {
  private readonly values: ValueCode;
  private readonly lines: string[] = [];
  private temporaries = 0;
  private mayFail = false;
  private mayLeaveRange = false;
  private readonly name: string;

  constructor(private readonly context: TransitionContext, private readonly transition: PreparedTransition) {
    this.values = new ValueCode(context.prepared, context.layout, transition.thread, context.memory);
    this.name = `x${transition.number}`;
  }

  /** The lines of the block, run once for each combination of choices where it has any. */
  generate(): readonly string[] {
    const { transition, context } = this;
    for (const segment of transition.segments) {
      this.steps(segment);
      this.endOfSegment();
    }
    this.arrive();
    const words = wordNames(context.layout);
    const scratch = this.values.scratch.map((name) => `, ${name} = 0`).join('');
    const block = [
      `${this.name}: { // ${this.title()}`,
      `let ${words.map((word, at) => `${word} = s${at}`).join(', ')}, bad = 0, badValue = 0, fail = 0${scratch};`,
      ...(context.memory ? context.memory.begin() : []),
      ...this.lines,
      'enabled = 1;',
      ...(context.memory ? context.memory.end() : []),
      `n = commit(state, ${transition.number}, ${words.join(', ')});`,
      ...context.checkNewState(transition),
      '}',
    ];
    return this.hasChoices() ? ['odometer.start();', 'do {', ...block, '} while (odometer.next());'] : block;
  }

  private title(): string {
    const { program } = this.context.prepared.threads[this.transition.thread]!;
    const texts = this.transition.parts.map((part) => program.transitions[part]!.origin.text);
    return texts.join('; ').replaceAll(/[\r\n\u2028\u2029]+/g, ' ');
  }

  private hasChoices(): boolean {
    let found = false;
    for (const segment of this.transition.segments) {
      walkSteps(segment, (step) => {
        const { memory } = this.context;
        if (step.kind === 'choose' || (step.kind === 'load' && memory?.loadHasChoices(step.from.cell) === true)) found = true;
        if (step.kind === 'store' && memory?.storeHasChoices(step.to.cell) === true) found = true;
      });
    }
    return found;
  }

  /** Failures are judged where a part of a fused transition ends: that part is then known to be enabled. */
  private endOfSegment(): void {
    if (this.mayFail) this.emit(`if (fail !== 0) ${this.end('fail')}`);
    if (this.mayLeaveRange) this.emit(`if (bad !== 0) { enabled = 1; events.outOfRange(bad, badValue); break ${this.name}; }`);
  }

  private arrive(): void {
    const { transition, context } = this;
    const { thread, to } = transition;
    if (to === finished) this.locksLeft();
    const locals = context.prepared.threads[thread]!.program.locals;
    for (const local of transition.dying) {
      this.emit(writeCode(context.layout.locals[thread]![local]!, 0, String(locals[local]!.initial)), ...(context.memory?.assign(thread, local, []) ?? []));
    }
    if (to !== transition.from) this.emit(writeCode(context.layout.counters[thread]!, 0, String(to)));
  }

  private locksLeft(): void {
    const { prepared, layout, tables } = this.context;
    const { thread } = this.transition;
    const allowed = prepared.model.exitLocks.get(thread) ?? [];
    const conditions = prepared.model.locks.flatMap((lock, id) =>
      allowed.includes(id) || layout.locks[id]!.fixed
        ? []
        : Array.from({ length: lock.length }, (_, index) => this.values.heldBy(id, index, thread)));
    if (conditions.length === 0) return;
    this.emit(`if (${conditions.join(' || ')}) ${this.end(String(tables.failure('I17')))}`);
  }

  /** The run fails here; whoever listens says whether other successors are wanted. */
  private end(failure: string): string {
    return `{ if (events.failed(state, ${this.transition.number}, ${failure})) return 1; enabled = 1; break ${this.name}; }`;
  }

  private emit(...lines: readonly string[]): void {
    this.mayFail ||= lines.some((line) => line.includes('fail ='));
    this.mayLeaveRange ||= lines.some((line) => line.includes('bad ='));
    this.lines.push(...lines);
  }

  private steps(steps: readonly Step[]): void {
    for (const step of steps) this.step(step);
  }

  private step(step: Step): void {
    switch (step.kind) {
      case 'assign':
        { this.assign(step); return; }
      case 'load':
        { this.load(step); return; }
      case 'store':
        { this.store(step.to, step.value, { kind: 'store', order: step.order }); return; }
      case 'update':
        { this.update(step); return; }
      case 'assume':
        { this.emit(`if (!${this.values.condition(step.condition)}) break ${this.name};`); return; }
      case 'choose':
        { this.choose(step); return; }
      case 'acquire':
        { this.withElement(step.lock, this.context.layout.locks[step.lock.lock]!, this.lockName(step.lock), (index) =>
          this.acquire(step.lock.lock, index, step.mode)); return; }
      case 'tryAcquire':
        { this.withElement(step.lock, this.context.layout.locks[step.lock.lock]!, this.lockName(step.lock), (index) =>
          this.tryAcquire(step, index)); return; }
      case 'release':
        { this.withElement(step.lock, this.context.layout.locks[step.lock.lock]!, this.lockName(step.lock), (index) =>
          this.release(step.lock.lock, index)); return; }
      case 'fence':
        { this.emit(...(this.context.memory?.fence(this.transition.thread, step.order, `break ${this.name};`) ?? [])); return; }
      case 'check':
        { this.emit(`if (!${this.values.condition(step.condition)}) ${this.failed(step.property)}`); return; }
      case 'if':
        this.emit(`if (${this.values.condition(step.condition)}) {`);
        this.steps(step.then);
        this.emit('} else {');
        this.steps(step.otherwise);
        { this.emit('}'); return; }
      default:
        return assertNever(step);
    }
  }

  private assign(step: Extract<Step, { kind: 'assign' }>): void {
    const { memory } = this.context;
    this.setLocal(step.to, this.values.number(step.value), this.range(step.value));
    if (memory) this.emit(...memory.assign(this.transition.thread, step.to, localsRead(step.value)));
  }

  private load(step: Extract<Step, { kind: 'load' }>): void {
    const { cell } = step.from;
    const field = this.context.layout.cells[cell]!;
    const { memory, prepared } = this.context;
    const { thread } = this.transition;
    const address = step.from.index ? localsRead(step.from.index) : [];
    this.withElement(step.from, field, this.cellName(step.from), (index) => {
      const newest = readCode(field, index);
      if (!memory?.remembers(cell)) {
        this.setLocal(step.to, newest, prepared.model.cells[cell]!);
        if (memory) this.emit(...memory.assign(thread, step.to, address));
        return;
      }
      const { before, value } = memory.load({ thread, cell, index, newest, order: step.order, to: step.to, address });
      this.emit('{', ...before);
      this.setLocal(step.to, value, prepared.model.cells[cell]!);
      this.emit('}');
    });
  }

  private update(step: Extract<Step, { kind: 'update' }>): void {
    const { memory } = this.context;
    const { thread } = this.transition;
    if (memory) this.emit(...memory.beforeUpdate(thread, step.cell.cell, step.order));
    const result = step.result === undefined ? undefined : this.temporary(this.values.number(step.value));
    this.store(step.cell, step.value, { kind: 'update', order: step.order, result: step.result }, result);
    if (memory && !memory.remembers(step.cell.cell)) this.emit(...memory.afterUpdate(thread, step.order, step.result));
    if (step.result !== undefined && result !== undefined) this.setLocal(step.result, result, this.range(step.value));
  }

  /** `computed` names a variable that holds the value already. */
  private store(ref: CellRef, value: Value, how: StoreCode['how'], computed?: string): void {
    const field = this.context.layout.cells[ref.cell]!;
    this.withElement(ref, field, this.cellName(ref), (index) => {
      const stored = computed ?? this.temporary(this.values.number(value));
      const what = this.context.tables.cellRange(ref.cell, ref.index ? undefined : 0);
      const { memory } = this.context;
      const write = writeCode(field, index, stored);
      const code = memory?.remembers(ref.cell)
        ? memory.store({ thread: this.transition.thread, cell: ref.cell, index, old: readCode(field, index), value: stored, how }, write)
        : [write];
      this.guard(stored, this.range(value), field, what, () => this.emit(...code));
    });
  }

  private choose(step: Extract<Step, { kind: 'choose' }>): void {
    const [only] = step.values;
    const picked = step.values.length === 1 ? String(only) : `${JSON.stringify(step.values)}[odometer.pick(${step.values.length})]`;
    const range = { min: Math.min(...step.values), max: Math.max(...step.values) };
    this.setLocal(step.to, this.temporary(picked), range);
    this.emit(...(this.context.memory?.assign(this.transition.thread, step.to, []) ?? []));
  }

  private acquire(lock: number, index: ElementIndex, mode: LockMode): void {
    const { layout, tables, memory } = this.context;
    const { thread } = this.transition;
    const field = layout.locks[lock]!;
    if (memory) this.emit(...memory.beforeLock(thread));
    const value = this.temporary(readCode(field, index));
    const own = exclusiveLockValue(layout, lock, thread);
    this.emit(`if (${value} === ${own}) ${this.failed('I18')}`);
    this.emit(`else if (!${this.canGrant(value, mode)}) break ${this.name};`);
    if (mode === 'shared') this.emit(`else if ((${value} & ${1 << thread}) !== 0) { if (bad === 0) bad = ${tables.sharedTwice(lock)}; }`);
    this.emit('else {', this.grant(lock, index, value, mode), ...(memory?.acquire(thread, lock, index) ?? []), '}');
  }

  private tryAcquire(step: Extract<Step, { kind: 'tryAcquire' }>, index: ElementIndex): void {
    const { layout, memory } = this.context;
    const { lock } = step.lock;
    if (memory) this.emit(...memory.beforeLock(this.transition.thread));
    const value = this.temporary(readCode(layout.locks[lock]!, index));
    const taken = this.temporary(`${this.canGrant(value, step.mode)} ? 1 : 0`);
    this.emit(`if (${taken} !== 0) {`, this.grant(lock, index, value, step.mode), ...(memory?.acquire(this.transition.thread, lock, index) ?? []), '}');
    this.setLocal(step.to, taken, { min: 0, max: 1 });
    this.emit(...(memory?.assign(this.transition.thread, step.to, []) ?? []));
  }

  private release(lock: number, index: ElementIndex): void {
    const { layout, memory } = this.context;
    const { thread } = this.transition;
    const field = layout.locks[lock]!;
    this.emit(`if (!${this.values.heldBy(lock, index, thread)}) ${this.failed('I19')}`, 'else {');
    const write = writeCode(field, index, releasedLock(layout, lock, index, thread));
    this.emit(...(memory?.release(thread, lock, index, write) ?? [write]), '}');
  }

  private canGrant(value: string, mode: LockMode): string {
    return mode === 'exclusive' ? `(${value} === 0)` : `(${value} < ${2 ** this.context.prepared.threads.length})`;
  }

  private grant(lock: number, index: ElementIndex, value: string, mode: LockMode): string {
    const { layout } = this.context;
    const { thread } = this.transition;
    const granted = mode === 'exclusive' ? String(exclusiveLockValue(layout, lock, thread)) : `(${value} | ${1 << thread})`;
    return writeCode(layout.locks[lock]!, index, granted);
  }

  private setLocal(local: number, code: string, range: Range): void {
    const field = this.values.localField(local);
    const value = this.temporary(code);
    this.guard(value, range, field, this.context.tables.localRange(this.transition.thread, local), () => this.emit(writeCode(field, 0, value)));
  }

  /** Runs `write` if `value` is within the field's range; notes it as out of range otherwise. */
  private guard(value: string, range: Range, field: Field, what: number, write: () => void): void {
    if (isWithin(range, field)) { write(); return; }
    this.emit(`if (${value} < ${field.min} || ${value} > ${field.max}) { if (bad === 0) { bad = ${what}; badValue = ${value}; } } else {`);
    write();
    this.emit('}');
  }

  private withElement(ref: CellRef | LockRef, field: Field, what: string, body: (index: ElementIndex) => void): void {
    if (!ref.index) { body(0); return; }
    if (ref.index.kind === 'const' && ref.index.value >= 0 && ref.index.value < field.length) { body(ref.index.value); return; }
    const index = this.temporary(this.values.number(ref.index));
    if (this.values.isInRange(ref, field.length)) { body(index); return; }
    const bad = this.context.tables.badIndex(what, field.length);
    this.emit(`if (${index} < 0 || ${index} >= ${field.length}) { if (bad === 0) { bad = ${bad}; badValue = ${index}; } } else {`);
    body(index);
    this.emit('}');
  }

  private failed(property: string): string {
    return `{ if (fail === 0 && bad === 0) fail = ${this.context.tables.failure(property)}; }`;
  }

  /** A name or a number: code that may stand anywhere, any number of times. */
  private temporary(code: string): string {
    if (isNumber(code)) return code;
    const name = `t${this.temporaries++}`;
    this.emit(`const ${name} = ${code};`);
    return name;
  }

  private range(value: Value): Range {
    return rangeOf(value, this.values.locals, this.context.prepared.model.cells);
  }

  private cellName(ref: CellRef): string {
    return this.context.prepared.model.cells[ref.cell]!.name;
  }

  private lockName(ref: LockRef): string {
    return this.context.prepared.model.locks[ref.lock]!.name;
  }
}

export function wordNames(layout: Layout): readonly string[] {
  return Array.from({ length: layout.wordCount }, (_, word) => `w${word}`);
}
