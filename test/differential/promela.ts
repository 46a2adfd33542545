/**
 * Writes a model in Promela such that SPIN's full search reaches exactly as many states as the model
 * has: a transition is one `d_step`, a location one control state, and nothing else is in the state.
 * Threads never terminate in SPIN's sense (they block at a label `end…`), because the death of a
 * process changes the state vector. A misused lock (I17 to I19) sets `failed`, after which nothing
 * but an idle loop runs. Sequential consistency only; one start state.
 */

import type { CellRef, LockRef, Model, Program, Step, ThreadIndex, Transition, Value } from '../../server/src/model/types.ts';
import { type Guard, straightPaths } from './paths.ts';

export interface PromelaOptions {
  /** Assert every property after every step, or only what the step may change. */
  readonly asserts: 'everywhere' | 'whereChanged';
}

export function toPromela(model: Model, options: PromelaOptions): string {
  return new Emitter(model, options).emit();
}

class Emitter {
  private readonly written = new Set<number>();

  constructor(private readonly model: Model, private readonly options: PromelaOptions) {
    if (model.initialStates.length !== 1) throw new Error('Promela is written for one start state only');
    for (const thread of model.threads) for (const { steps } of thread.program.transitions) this.noteWrites(steps, this.written);
  }

  emit(): string {
    const { model } = this;
    return [
      'bit failed;',
      ...model.cells.map((_, id) => this.cellDeclaration(id)),
      ...model.locks.flatMap((lock, id) => [`byte x${id}[${lock.length}];`, `byte s${id}[${lock.length}];`]),
      ...model.threads.map((_, thread) => `${this.readsDone() ? '' : 'hidden '}byte d${thread};`),
      ...model.threads.map((_, thread) => this.process(thread)),
      'active proctype idle() { end: do :: (failed) od }',
      '',
    ].join('\n');
  }

  /** `done` is a function of the location, so it adds no states; hidden where nothing asks for it. */
  private readsDone(): boolean {
    return this.model.properties.some((property) => property.when.kind !== 'always' || JSON.stringify(property.condition).includes('"done"'));
  }

  /** What no step writes is not part of SPIN's state either. */
  private cellDeclaration(id: number): string {
    const { length, min, max, initial } = this.model.cells[id]!;
    const override = new Map(this.model.initialStates[0]!.cells.filter((each) => each.cell === id).map((each) => [each.index, each.value]));
    const values = Array.from({ length }, (_, index) => override.get(index) ?? initial[index] ?? 0);
    const hidden = this.written.has(id) ? '' : 'hidden ';
    const setUp = values.every((value) => value === values[0]) ? String(values[0]) : `{${values.join(', ')}}`;
    return `${hidden}${typeOf(min, max)} c${id}[${length}] = ${setUp};`;
  }

  private process(thread: ThreadIndex): string {
    const { program } = this.model.threads[thread]!;
    const leaving = (location: number): readonly Transition[] => program.transitions.filter((transition) => transition.from === location);
    const others = Array.from({ length: program.locationCount }, (_, location) => location).filter((location) => location !== program.entry && !program.exits.includes(location));
    const order = program.exits.includes(program.entry) ? [] : [program.entry, ...others];
    return [
      `active proctype t${thread}() {`,
      ...program.locals.map((each, id) => `${typeOf(each.min, each.max)} l${id} = ${this.model.threads[thread]!.arguments.get(id) ?? each.initial};`),
      ...order.map((location) => this.location(thread, location, leaving(location))),
      'end_0: (0)',
      '}',
    ].join('\n');
  }

  private location(thread: ThreadIndex, location: number, leaving: readonly Transition[]): string {
    const branches = leaving.flatMap((transition) => this.branches(thread, transition));
    return branches.length === 0 ? `L${location}: (0);` : [`L${location}: if`, ...branches, 'fi;'].join('\n');
  }

  private branches(thread: ThreadIndex, transition: Transition): readonly string[] {
    const { program } = this.model.threads[thread]!;
    const target = program.exits.includes(transition.to) ? 'end_0' : `L${transition.to}`;
    return straightPaths(transition.steps).map(({ guards, effects }) => {
      const guard = ['!failed', ...guards.map((each) => this.guard(thread, each))].join(' && ');
      const body = [...effects.map((step) => this.effect(thread, step)), ...this.arrival(thread, program, transition), ...this.asserts(thread, transition)];
      return `:: d_step { (${guard})${body.map((each) => `; ${each}`).join('')} }; goto ${target}`;
    });
  }

  /** A finished thread holds nothing but what it may, and its locals are as they were. */
  private arrival(thread: ThreadIndex, program: Program, transition: Transition): readonly string[] {
    if (!program.exits.includes(transition.to)) return [];
    const allowed = this.model.exitLocks.get(thread) ?? [];
    const held = this.model.locks.flatMap((lock, id) => (allowed.includes(id) ? [] : Array.from({ length: lock.length }, (_, index) => this.heldBy(id, String(index), thread))));
    return [
      ...(held.length === 0 ? [] : [failIf(held.join(' || '))]),
      ...program.locals.map((each, id) => `l${id} = ${each.initial}`),
      `d${thread} = 1`,
    ];
  }

  private asserts(thread: ThreadIndex, transition: Transition): readonly string[] {
    const written = new Set<number>();
    this.noteWrites(transition.steps, written);
    const locks = JSON.stringify(transition.steps).includes('"lock"');
    const ends = this.model.threads[thread]!.program.exits.includes(transition.to);
    const isChanged = (condition: string): boolean => [...written].some((cell) => condition.includes(`c${cell}[`)) || (locks && /[xs]\d+\[/.test(condition)) || (ends && /\bd\d/.test(condition));
    return this.model.properties.flatMap((property) => {
      const { when } = property;
      const threads = when.kind === 'always' ? [] : when.kind === 'end' ? [when.thread] : this.model.threads.map((_, index) => index);
      const condition = `(${[...threads.map((index) => `!d${index}`), this.value(undefined, property.condition)].join(' || ')})`;
      return this.options.asserts === 'everywhere' || isChanged(condition) ? [`assert${condition}`] : [];
    });
  }

  private guard(thread: ThreadIndex, guard: Guard): string {
    switch (guard.kind) {
      case 'value':
        return guard.isTrue ? this.value(thread, guard.value) : `!(${this.value(thread, guard.value)})`;
      case 'mayAcquire': {
        const index = this.index(thread, guard.lock);
        return `(x${guard.lock.lock}[${index}] == ${thread + 1} || ${grantable(guard.lock.lock, index, guard.mode)})`;
      }
      case 'grantable':
        return `${guard.isTrue ? '' : '!'}${grantable(guard.lock.lock, this.index(thread, guard.lock), guard.mode)}`;
    }
  }

  private effect(thread: ThreadIndex, step: Step): string {
    switch (step.kind) {
      case 'assign':
        return `l${step.to} = ${this.value(thread, step.value)}`;
      case 'load':
        return `l${step.to} = ${this.cell(thread, step.from)}`;
      case 'store':
        return `${this.cell(thread, step.to)} = ${this.value(thread, step.value)}`;
      case 'update': {
        const set = `${this.cell(thread, step.cell)} = ${this.value(thread, step.value)}`;
        return step.result === undefined ? set : `${set}; l${step.result} = ${this.cell(thread, step.cell)}`;
      }
      case 'acquire': {
        const index = this.index(thread, step.lock);
        const { lock } = step.lock;
        const grant = step.mode === 'exclusive' ? `x${lock}[${index}] = ${thread + 1}` : `s${lock}[${index}] = s${lock}[${index}] | ${1 << thread}`;
        return `if :: (x${lock}[${index}] == ${thread + 1}) -> failed = 1; assert(false) :: else -> ${grant} fi`;
      }
      case 'release': {
        const index = this.index(thread, step.lock);
        const { lock } = step.lock;
        const drop = `s${lock}[${index}] = s${lock}[${index}] & ${~(1 << thread) & 255}; if :: (x${lock}[${index}] == ${thread + 1}) -> x${lock}[${index}] = 0 :: else fi`;
        return `if :: ${this.heldBy(lock, index, thread)} -> ${drop} :: else -> failed = 1; assert(false) fi`;
      }
      case 'check':
        return `assert(${this.value(thread, step.condition)})`;
      case 'fence':
        return 'skip';
      case 'if': {
        const branch = (steps: readonly Step[]): string => ['skip', ...steps.map((each) => this.effect(thread, each))].join('; ');
        return `if :: (${this.value(thread, step.condition)}) -> ${branch(step.then)} :: else -> ${branch(step.otherwise)} fi`;
      }
      case 'assume':
      case 'choose':
      case 'tryAcquire':
        throw new Error(`${step.kind} is no effect`);
    }
  }

  private cell(thread: ThreadIndex | undefined, ref: CellRef): string {
    return `c${ref.cell}[${ref.index ? this.value(thread, ref.index) : '0'}]`;
  }

  private index(thread: ThreadIndex | undefined, ref: LockRef): string {
    return ref.index ? this.value(thread, ref.index) : '0';
  }

  private heldBy(lock: number, index: string, thread: ThreadIndex): string {
    return `(x${lock}[${index}] == ${thread + 1} || (s${lock}[${index}] & ${1 << thread}) != 0)`;
  }

  private value(thread: ThreadIndex | undefined, value: Value): string {
    switch (value.kind) {
      case 'const':
        return value.value < 0 ? `(${value.value})` : String(value.value);
      case 'local':
        return `l${value.local}`;
      case 'self':
        return String(thread);
      case 'done':
        return `d${value.thread}`;
      case 'unary':
        return `(${value.op}(${this.value(thread, value.operand)}))`;
      case 'binary':
        return `(${this.value(thread, value.left)} ${value.op} ${this.value(thread, value.right)})`;
      case 'cell':
        return this.inRange(thread, value.ref, this.model.cells[value.ref.cell]!.length, this.cell(thread, value.ref));
      case 'held': {
        const { lock } = value.lock;
        const index = this.index(thread, value.lock);
        const held = value.by === 'anyone' ? `(x${lock}[${index}] != 0 || s${lock}[${index}] != 0)` : this.heldBy(lock, index, value.by === 'self' ? thread! : value.by);
        return this.inRange(thread, value.lock, this.model.locks[lock]!.length, held);
      }
    }
  }

  /** Reading outside an array gives 0 in a property or condition. */
  private inRange(thread: ThreadIndex | undefined, ref: CellRef | LockRef, length: number, read: string): string {
    if (!ref.index) return read;
    if (ref.index.kind === 'const') return ref.index.value >= 0 && ref.index.value < length ? read : '0';
    const index = this.value(thread, ref.index);
    return `((${index}) >= 0 && (${index}) < ${length} -> ${read} : 0)`;
  }

  private noteWrites(steps: readonly Step[], into: Set<number>): void {
    for (const step of steps) {
      if (step.kind === 'store') into.add(step.to.cell);
      else if (step.kind === 'update') into.add(step.cell.cell);
      else if (step.kind === 'if') this.noteWrites([...step.then, ...step.otherwise], into);
    }
  }
}

function grantable(lock: number, index: string, mode: 'exclusive' | 'shared'): string {
  return mode === 'exclusive' ? `(x${lock}[${index}] == 0 && s${lock}[${index}] == 0)` : `(x${lock}[${index}] == 0)`;
}

function failIf(condition: string): string {
  return `if :: (${condition}) -> failed = 1; assert(false) :: else fi`;
}

function typeOf(min: number, max: number): string {
  if (min >= 0 && max <= 255) return 'byte';
  return min >= -32768 && max <= 32767 ? 'short' : 'int';
}
