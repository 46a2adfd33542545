/**
 * What the parts of extraction share during one run: the emitter, the call stack of inlined frames,
 * the assumptions made so far, and memo tables. Variables are made here, classed by their C type.
 */

import type { Span } from '../../base/text.ts';
import type { TypeName } from '../../syntax/ast.ts';
import { aggregateFields, aggregateTypes, constantsByEra, objectTypes, pageTypes, pteTypes, spinlockTypes } from '../../ops/vocabulary/fields.ts';
import type { LockClass } from '../../ops/types.ts';
import { modelVocabulary, type Vocabulary } from '../../ops/vocabulary.ts';
import { lowestPte, unknownPage } from '../sentinels.ts';
import type { LocalId, Origin, SourcePlace, Value, ValueFormat } from '../types.ts';
import { local } from '../values.ts';
import { Emitter } from './emitter.ts';
import { scanUses, type VariableUse } from './scan.ts';
import type { ExtractOptions, Meaning, SourceFunction, Unfollowed, ValueClass, Variable } from './types.ts';

/** Result values of C functions fit here: error codes below, AOP_TRUNCATED_PAGE above. */
const scalarRange = { min: -4096, max: 0xfffff };

/** Begins the assumption about calls that could have touched the protocol's pages. */
export const givenPage = 'given a page but not followed, taken to have no effect on it';

/** Begins the assumption about calls that may keep the adversary out. */
export const ownLock = 'calls that may take a lock of their own keep nobody out';

/** One inlined instance of a function. */
export interface Frame {
  readonly source: SourceFunction;
  readonly uses: ReadonlyMap<string, VariableUse>;
  readonly variables: Map<string, Variable>;
  readonly calls: readonly SourcePlace[];
  readonly depth: number;
  /** Names it among all frames, alike in every run. */
  readonly key: string;
  /** Where `return` leaves its value. */
  readonly result: Variable;
}

/** What one run of the extractor has found of variables, by their keys, for the next to begin with. */
export interface Learned {
  /** Pointers that name locks of more than one class. */
  readonly lockClasses: ReadonlyMap<string, ReadonlySet<LockClass>>;
  /** Scalars that no way follows. */
  readonly never: ReadonlySet<string>;
  /** Scalars that some ways leave unfollowed, and whether they are what a handler returns. */
  readonly partly: ReadonlyMap<string, boolean>;
}

const nothingLearned: Learned = { lockClasses: new Map(), never: new Set(), partly: new Map() };

const returnedUse: VariableUse = { isAssigned: true, isCounted: false, comparedWith: [], isTestedForTruth: false, isReturned: true };

export class Context {
  readonly emitter = new Emitter();
  readonly vocabulary: Vocabulary;
  readonly assumptions = new Set<string>();
  /** Calls that are not followed: those that are given a page could have mattered. */
  readonly ignoredCalls = new Set<string>();
  readonly callsGivenPage = new Set<string>();
  /** Calls that seem to take a lock of a subsystem's own making. */
  readonly ownLocks = new Set<string>();
  readonly functions = new Set<string>();
  /** Names of functions whose call was met on a path that the scenario allows. */
  readonly reached = new Set<string>();
  /** Locals of stable unknown conditions, by key. */
  readonly stable = new Map<string, LocalId>();
  /** Of the function that is extracted. */
  rootFile = '';
  /** It may read a page from the file, so that it meets pages whose contents are not there yet. */
  readsPagesIn = false;
  /** It asks for flags that only a fault which may be retried has. */
  asksForRetry = false;
  /** Stores to ptes that have been met. */
  storedPtes = 0;
  /** Inside a macro's expansion; macros in it are not expanded again. */
  isExpanding = false;
  /** What is chosen before the root's first line. */
  readonly entryChoices: { readonly variable: Variable; readonly values: readonly number[] }[] = [];
  /** Locks that code names by the mm's own field: only those can have been taken by a caller. */
  readonly namedLocks = new Set<LockClass>();
  /** Where something stops being followed, by place. */
  readonly unfollowed = new Map<string, Unfollowed>();
  /** Those that an extraction learns of while it goes on. */
  private readonly learners: Variable[] = [];
  private temporaries = 0;
  private frameCount = 0;

  /** `known`: what `learned` said after an earlier run. */
  constructor(readonly options: ExtractOptions, readonly known: Learned = nothingLearned) {
    this.vocabulary = modelVocabulary(options.vocabulary);
  }

  /** What is known of variables only now, and matters from their first use on. */
  learned(): Learned {
    const several = this.learners.filter(({ lockClasses }) => lockClasses.size > 1);
    const partly = this.learners.filter(({ cls, mayBeUnknown, isOpaque }) => cls.kind === 'scalar' && mayBeUnknown && !isOpaque);
    return {
      lockClasses: new Map(several.map(({ key, lockClasses }) => [key, lockClasses])),
      never: new Set([...this.known.never, ...partly.filter(({ mayBeKnown, tested }) => !mayBeKnown && tested.size === 0).map(({ key }) => key)]),
      partly: new Map(partly.map(({ key, isPromise }) => [key, isPromise])),
    };
  }

  /** What is not followed from here on: the result that is being assigned, where nothing else is named. */
  noteUnfollowed(what?: string): void {
    const { place } = this.emitter.origin;
    if (place) this.unfollowed.set(`${place.file}:${place.line}`, { place, what: what ?? `what ${place.function} returns` });
  }

  assume(sentence: string): void {
    this.assumptions.add(sentence);
  }

  /** All that is taken for granted, as sentences. */
  allAssumptions(): string[] {
    const list = (names: ReadonlySet<string>): string => [...names].map((name) => `${name}()`).join(', ');
    return [
      ...this.assumptions,
      ...(this.callsGivenPage.size > 0 ? [`${givenPage}: ${list(this.callsGivenPage)}`] : []),
      ...(this.ownLocks.size > 0 ? [`${ownLock}: ${list(this.ownLocks)}`] : []),
      ...(this.ignoredCalls.size > 0 ? [`not followed, taken to have no effect on the protocol and any result: ${list(this.ignoredCalls)}`] : []),
    ];
  }

  newFrame(source: SourceFunction, caller: Frame | undefined, callSpan: Span | undefined): Frame {
    this.frameCount++;
    const uses = scanUses(source.cfg);
    const { base, pointers } = source.fn.returnType;
    const prefix = this.frameCount === 1 ? '' : `${source.fn.name}.`;
    this.functions.add(`${source.file}:${source.fn.name}`);
    const calls = caller && callSpan ? [...caller.calls, placeOf(caller.source, callSpan)] : [];
    const key = `${calls.map(({ file, line, column }) => `${file}:${line}:${column}`).join(' ')} ${source.fn.name}`;
    return {
      source,
      uses,
      variables: new Map(),
      calls,
      key,
      depth: caller ? caller.depth + 1 : 0,
      result: this.make(`${prefix}return value`, `${key} return`, classOf({ base, pointers, isArray: false }), returnedUse, new Set()),
    };
  }

  declare(frame: Frame, name: string, type: TypeName): Variable {
    const use = frame.uses.get(name);
    const label = frame.depth === 0 ? name : `${frame.source.fn.name}.${name}`;
    const variable = this.make(label, `${frame.key} ${name}`, classOf(type), use, this.testedConstants(use, frame));
    frame.variables.set(name, variable);
    return variable;
  }

  /** The member of a local struct; made when first met, typed by the field table. */
  field(owner: Variable, name: string): Variable {
    const known = owner.fields.get(name);
    if (known) return known;
    const type = aggregateFields[name];
    const cls: ValueClass = type ? classOf({ ...type, isArray: false }) : { kind: 'scalar' };
    const variable = this.make(`${owner.name}.${name}`, `${owner.key}.${name}`, cls, undefined, new Set());
    if (cls.kind === 'lockPointer') noteLock(variable, 'pageTable');
    if (owner.isLost && cls.kind === 'scalar') variable.isOpaque = true;
    owner.fields.set(name, variable);
    return variable;
  }

  private make(name: string, key: string, cls: ValueClass, use: VariableUse | undefined, tested: ReadonlySet<number>): Variable {
    const isPointer = cls.kind === 'lockPointer';
    const variable = makeVariable(name, key, cls, use, tested, isPointer ? this.known.lockClasses.get(key) : undefined);
    const isPromise = cls.kind === 'scalar' ? this.known.partly.get(key) : undefined;
    // Nothing is gained by keeping apart what is never followed and never looked at.
    if (cls.kind === 'scalar' && this.known.never.has(key)) variable.isOpaque = true;
    if (isPromise !== undefined) Object.assign(variable, { mayBeUnknown: true, isPromise });
    if (isPointer || cls.kind === 'scalar') this.learners.push(variable);
    return variable;
  }

  temporary(format: ValueFormat = 'number'): LocalId {
    this.temporaries++;
    return this.emitter.newLocal(`#${this.temporaries}`, format, this.rangeOf(format));
  }

  /** The model local behind a variable. */
  localOf(variable: Variable): LocalId {
    if (variable.local !== undefined) return variable.local;
    const format = variable.isMixed ? 'number' : formatOf(variable.cls);
    const first = variable.isMixed && variable.lockClass ? { initial: lockCode(variable.lockClass) } : {};
    variable.local = this.emitter.newLocal(variable.name, format, { ...this.rangeOf(format), ...first });
    return variable.local;
  }

  read(variable: Variable): Meaning {
    if (variable.binding) return variable.binding;
    if (variable.cls.kind === 'aggregate') return { kind: 'place', place: variable };
    if (variable.cls.kind === 'opaque') return { kind: 'unknown', key: undefined };
    if (variable.cls.kind === 'lockPointer' && variable.lockClass) {
      return { kind: 'lock', lock: variable.lockClass, ...(variable.isMixed ? { selector: { code: local(this.localOf(variable)), classes: [...variable.lockClasses] } } : {}) };
    }
    if (variable.isOpaque && !isSize(variable.cls)) return { kind: 'unknown', key: undefined };
    if (variable.cls.kind === 'scalar' && variable.mayBeUnknown && !isSize(variable.cls)) {
      return { kind: 'partly', value: local(this.localOf(variable)), variable, ...(variable.isPromise ? { isPromise: true } : {}) };
    }
    return { kind: 'value', value: local(this.localOf(variable)), cls: variable.cls };
  }

  constantValue(name: string, frame: Frame): number | undefined {
    return this.constantIn(name, frame.source.file);
  }

  /** The value of a constant as a file sees it: the tree's own definition first. */
  constantIn(name: string, file: string): number | undefined {
    return this.options.lookup.constant(name, file) ?? constantsByEra[this.options.era][name];
  }

  origin(frame: Frame, span: Span): Origin {
    return { text: describe(frame.source, span), place: placeOf(frame.source, span), calls: frame.calls };
  }

  private testedConstants(use: VariableUse | undefined, frame: Frame): ReadonlySet<number> {
    const constants = new Set<number>();
    for (const expr of use?.comparedWith ?? []) {
      if (expr.kind === 'number' && expr.value !== undefined) constants.add(expr.value);
      if (expr.kind === 'name') addIfKnown(constants, this.constantValue(expr.name, frame), 1);
      if (expr.kind === 'unary' && expr.op === '-' && expr.operand.kind === 'name') addIfKnown(constants, this.constantValue(expr.operand.name, frame), -1);
    }
    if (use && (use.isTestedForTruth || constants.size > 0)) for (const each of [0, 1, -1]) constants.add(each);
    return constants;
  }

  private rangeOf(format: ValueFormat): { min: number; max: number } {
    const { pages } = this.options.size;
    switch (format) {
      case 'page':
        return { min: unknownPage, max: pages };
      case 'pte':
        return { min: lowestPte, max: pages * 4 + 3 };
      case 'flag':
      case 'mapping':
        return { min: 0, max: 1 };
      case 'pageKind':
        return { min: 0, max: 2 };
      case 'number':
        return scalarRange;
    }
  }
}

function addIfKnown(constants: Set<number>, value: number | undefined, sign: 1 | -1): void {
  if (value !== undefined) constants.add(sign * value);
}

function makeVariable(name: string, key: string, cls: ValueClass, use: VariableUse | undefined, tested: ReadonlySet<number>, mixed?: ReadonlySet<LockClass>): Variable {
  return {
    name, key, cls, local: undefined, binding: undefined, lockClass: undefined, lockClasses: new Set(mixed), isMixed: mixed !== undefined, tested,
    isOpaque: cls.kind === 'scalar' && (use?.isCounted ?? false), isReturned: use?.isReturned ?? false, mayBeKnown: false, mayBeUnknown: false, isPromise: false, isSet: false, fields: new Map(), isLost: false,
  };
}

export function noteLock(pointer: Variable, lock: LockClass): void {
  pointer.lockClass = lock;
  pointer.lockClasses.add(lock);
}

/** Spinlocks that the machine has. */
const selectableLocks: readonly LockClass[] = ['pageTable', 'iMmap', 'tree'];

/** What the local of a lock pointer holds for a lock of a class; 0 for those that the machine does not have. */
export function lockCode(lock: LockClass): number {
  return selectableLocks.indexOf(lock) + 1;
}

export function classOf(type: TypeName): ValueClass {
  const { base, pointers } = type;
  if (type.isArray) return { kind: 'opaque' };
  if (pageTypes.has(base) && pointers === 1) return { kind: 'page' };
  if (pteTypes.has(base)) return pointers === 0 ? { kind: 'pte' } : pointers === 1 ? { kind: 'ptePointer' } : { kind: 'opaque' };
  if (spinlockTypes.has(base) && pointers === 1) return { kind: 'lockPointer' };
  const object = objectTypes[base];
  if (object && (pointers === 1 || ((object === 'pmd' || object === 'swapEntry') && pointers === 0))) return { kind: 'object', object };
  // A struct of the function's own is followed field by field; so is the fault's by pointer.
  if (aggregateTypes.has(base) && pointers < 2) return { kind: 'aggregate' };
  if (pointers === 0 && base.startsWith('struct ')) return { kind: 'aggregate', isOwn: true };
  if (pointers === 0 && !base.startsWith('struct ') && !base.startsWith('union ')) return { kind: 'scalar' };
  return { kind: 'opaque' };
}

export function isSize(cls: ValueClass): boolean {
  return cls.kind === 'scalar' && cls.unit === 'size';
}

function formatOf(cls: ValueClass): ValueFormat {
  switch (cls.kind) {
    case 'page':
      return 'page';
    case 'pte':
      return 'pte';
    case 'ptePointer':
    case 'object':
    case 'lockPointer':
      return 'flag';
    case 'scalar':
    case 'aggregate':
    case 'opaque':
      return 'number';
  }
}

export function placeOf(source: SourceFunction, span: Span): SourcePlace {
  const start = source.lines.position(span.start);
  const end = source.lines.position(span.end);
  return { file: source.file, function: source.fn.name, line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
}

const maxText = 72;

/** The source text of a span on one line, shortened. */
function describe(source: SourceFunction, span: Span): string {
  const text = source.lines.text.slice(span.start, span.end).replace(/\/\*[\s\S]*?\*\//g, ' ').replace(/\s+/g, ' ').trim().replace(/;$/, '');
  return text.length <= maxText ? text : `${text.slice(0, maxText - 3)}...`;
}

export function constantMeaning(value: Value, cls: ValueClass = { kind: 'scalar' }): Meaning {
  return { kind: 'value', value, cls };
}
