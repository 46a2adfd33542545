/**
 * Random small concurrent programs: two or three threads over four cells with the values 0 to 3 and
 * three locks, which are taken exclusively, shared, or by trying. Values are masked and locks are
 * mostly given back, so that runs go far; some programs still forget a lock, assert too much, or
 * take locks in opposite orders. No program leaves a range or takes a lock shared twice.
 */

import fc from 'fast-check';
import { ProgramBuilder } from '../../server/src/model/programBuilder.ts';
import type { CellRef, LockMode, LockRef, Model, Program, Step, Value } from '../../server/src/model/types.ts';
import { and, binary, cell, constant, equal, held, local, not, or } from '../../server/src/model/values.ts';

const valueMax = 3;
/** Cells 0 and 1 are scalars, cell 2 an array of two. */
const cellLengths = [1, 1, 2];

type Operation = readonly Step[];

type Block =
  | { readonly kind: 'step'; readonly guard: Value | undefined; readonly steps: Operation }
  | { readonly kind: 'when'; readonly condition: Value; readonly then: readonly Block[]; readonly otherwise: readonly Block[] }
  | { readonly kind: 'either'; readonly bodies: readonly (readonly Block[])[] }
  | { readonly kind: 'locked'; readonly lock: LockRef; readonly mode: LockMode; readonly body: readonly Block[]; readonly isGivenBack: boolean }
  | { readonly kind: 'tried'; readonly lock: LockRef; readonly mode: LockMode; readonly body: readonly Block[] }
  | { readonly kind: 'loop'; readonly leaveIf: Value; readonly body: readonly Block[] };

const localId = fc.integer({ min: 0, max: 1 });
const small = fc.integer({ min: 0, max: valueMax }).map(constant);
const masked = (value: Value): Value => binary('&', value, constant(valueMax));
const localValue = localId.map((id) => local(id));
const bit = localValue.map((value) => binary('&', value, constant(1)));

const cellRef: fc.Arbitrary<CellRef> = fc.oneof(
  fc.constantFrom({ cell: 0 }, { cell: 1 }),
  fc.oneof(fc.constantFrom<Value>(constant(0), constant(1)), bit).map((index) => ({ cell: 2, index })),
);
const lockRef: fc.Arbitrary<LockRef> = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom<LockRef>({ lock: 0 }, { lock: 1, index: constant(0) }, { lock: 1, index: constant(1) }) },
  { weight: 1, arbitrary: bit.map((index) => ({ lock: 1, index })) },
);

const localExpression: fc.Arbitrary<Value> = fc.oneof(
  small, localValue,
  localValue.map((value) => masked(binary('+', value, constant(1)))),
  fc.tuple(localValue, localValue, fc.constantFrom<'-' | '*' | '^' | '|'>('-', '*', '^', '|')).map(([left, right, op]) => masked(binary(op, left, right))),
);
const localCondition = fc.tuple(localValue, fc.oneof(small, localValue), fc.constantFrom<'==' | '!=' | '<' | '>='>('==', '!=', '<', '>=')).map(([left, right, op]) => binary(op, left, right));
const cellCondition = fc.tuple(cellRef, fc.oneof(small, localValue), fc.constantFrom<'==' | '!=' | '<'>('==', '!=', '<')).map(([ref, right, op]) => binary(op, cell(ref), right));

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('assign' as const), to: localId, value: localExpression }).map((step) => [step]) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('load' as const), to: localId, from: cellRef, order: fc.constant('relaxed' as const) }).map((step) => [step]) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('store' as const), to: cellRef, value: localExpression, order: fc.constant('relaxed' as const) }).map((step) => [step]) },
  { weight: 2, arbitrary: cellRef.map((ref): Operation => [{ kind: 'update', cell: ref, value: masked(binary('+', cell(ref), constant(1))), order: 'full' }]) },
  { weight: 1, arbitrary: fc.tuple(cellRef, localId).map(([ref, result]): Operation => [{ kind: 'update', cell: ref, value: masked(binary('-', cell(ref), constant(1))), result, order: 'full' }]) },
  { weight: 1, arbitrary: fc.tuple(localId, fc.uniqueArray(fc.integer({ min: 0, max: valueMax }), { minLength: 1, maxLength: 2 })).map(([to, values]): Operation => [{ kind: 'choose', to, values }]) },
  { weight: 1, arbitrary: fc.tuple(localId, cellRef, localCondition, localExpression).map(([to, ref, condition, value]): Operation => [
    { kind: 'load', to, from: ref, order: 'relaxed' },
    { kind: 'if', condition, then: [{ kind: 'store', to: ref, value, order: 'relaxed' }], otherwise: [{ kind: 'assign', to, value }] },
  ]) },
  { weight: 1, arbitrary: fc.oneof(localCondition, cellCondition).map((condition): Operation => [{ kind: 'check', property: 'C', condition, message: 'checked' }]) },
  { weight: 1, arbitrary: fc.constant<Operation>([{ kind: 'fence', order: 'full' }]) },
);

const guard: fc.Arbitrary<Value | undefined> = fc.oneof(
  { weight: 9, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.oneof(localCondition, cellCondition) },
);

const { blocks } = fc.letrec<{ blocks: readonly Block[]; block: Block }>((tie) => ({
  blocks: fc.array(tie('block'), { minLength: 1, maxLength: 4, size: 'max' }),
  block: fc.oneof(
    { depthSize: 'small', withCrossShrink: true, maxDepth: 3 },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('step' as const), guard, steps: operation }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('locked' as const), lock: lockRef, mode: fc.constantFrom<LockMode>('exclusive', 'exclusive', 'shared'), body: tie('blocks'), isGivenBack: fc.integer({ min: 0, max: 63 }).map((n) => n < 63) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('tried' as const), lock: lockRef, mode: fc.constantFrom<LockMode>('exclusive', 'shared'), body: tie('blocks') }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('when' as const), condition: localCondition, then: tie('blocks'), otherwise: tie('blocks') }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('either' as const), bodies: fc.array(tie('blocks'), { minLength: 1, maxLength: 2 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('loop' as const), leaveIf: localCondition, body: tie('blocks') }) },
  ),
}));

class Writer {
  private readonly b: ProgramBuilder;
  private readonly taken: number;
  private readonly sharedNow: LockRef[] = [];

  constructor(name: string) {
    this.b = new ProgramBuilder(name);
    this.b.local('a', { max: valueMax });
    this.b.local('b', { max: valueMax });
    this.taken = this.b.local('taken', { max: 1 });
  }

  write(body: readonly Block[]): Program {
    for (const block of body) this.block(block);
    return this.b.build();
  }

  private body(blocks: readonly Block[]): void {
    for (const block of blocks) this.block(block);
  }

  private block(block: Block): void {
    const { b } = this;
    switch (block.kind) {
      case 'step':
        b.step('step', ...(block.guard ? [{ kind: 'assume' as const, condition: block.guard }] : []), block.steps);
        return;
      case 'when':
        b.when('when', block.condition, () => this.body(block.then), () => this.body(block.otherwise));
        return;
      case 'either':
        b.either('either', ...block.bodies.map((body) => () => this.body(body)));
        return;
      case 'locked':
        this.locked(block);
        return;
      case 'tried':
        b.step('trylock', { kind: 'tryAcquire', lock: block.lock, mode: block.mode, to: this.taken });
        b.when('taken', local(this.taken), () => {
          this.holding(block.lock, block.mode, block.body);
          b.step('unlock', { kind: 'release', lock: block.lock });
        });
        return;
      case 'loop': {
        const end = b.label('end');
        b.forever(() => {
          b.when('leave', block.leaveIf, () => b.goto(end));
          this.body(block.body);
        });
        b.mark(end);
      }
    }
  }

  private locked({ lock, mode, body, isGivenBack }: Extract<Block, { kind: 'locked' }>): void {
    const isTwice = mode === 'shared' && (this.sharedNow.some((each) => each.lock === lock.lock) || lock.index?.kind === 'binary');
    const used = isTwice ? 'exclusive' : mode;
    this.b.step('lock', { kind: 'acquire', lock, mode: used });
    this.holding(lock, used, body);
    if (isGivenBack || used === 'shared') this.b.step('unlock', { kind: 'release', lock });
  }

  private holding(lock: LockRef, mode: LockMode, body: readonly Block[]): void {
    if (mode === 'shared') this.sharedNow.push(lock);
    this.body(body);
    if (mode === 'shared') this.sharedNow.pop();
  }
}

const property: fc.Arbitrary<Value> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(constant(1)) },
  { weight: 1, arbitrary: fc.constant(not(and(equal(cell({ cell: 0 }), constant(2)), equal(cell({ cell: 1 }), constant(1))))) },
  { weight: 1, arbitrary: fc.constant(or(not(equal(cell({ cell: 2, index: cell({ cell: 0 }) }), constant(3))), held({ lock: 0 }, 'anyone'))) },
  { weight: 1, arbitrary: fc.constant(not(and(held({ lock: 0 }, 0), held({ lock: 1, index: constant(1) }, 1)))) },
);

/** `identical` threads run one program, as a test of symmetry needs. */
export function randomModel(how: 'different' | 'identical' = 'different'): fc.Arbitrary<Model> {
  const threads = how === 'identical'
    ? fc.tuple(blocks, fc.integer({ min: 2, max: 3 })).map(([one, count]) => Array.from({ length: count }, () => one))
    : fc.array(blocks, { minLength: 2, maxLength: 3 });
  return fc.record({ threads, condition: property, initial: fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 4, maxLength: 4 }) })
    .map(({ threads: bodies, condition, initial }) => ({
      name: 'random',
      cells: cellLengths.map((length, id) => ({
        name: `c${id}`, length, min: 0, max: valueMax, initial: initial.slice(id, id + length), format: 'number' as const, elementName: (index: number) => `c${id}[${index}]`, isRacy: true,
      })),
      locks: [1, 2].map((length, id) => ({ name: `lock${id}`, length, elementName: (index: number) => `lock${id}[${index}]`, isSpinning: false })),
      threads: programsOf(bodies),
      initialStates: [{ description: 'start', cells: [] }],
      properties: [{ id: 'P', title: 'P', when: { kind: 'always' as const }, condition, explanation: 'P' }],
      witnesses: [],
      exitLocks: new Map(),
    }));
}

/** One program object for equal bodies. */
function programsOf(bodies: readonly (readonly Block[])[]): Model['threads'] {
  const written = new Map<readonly Block[], Program>();
  return bodies.map((body, index) => {
    const program = written.get(body) ?? new Writer('random').write(body);
    written.set(body, program);
    return { name: `t${index}`, program, arguments: new Map() };
  });
}
