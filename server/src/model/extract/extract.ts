/**
 * From the C of a fault function to a program of the model language: `extractModel` reads the
 * function, inlines what matters, binds handlers, and keeps only what the protocol is made of.
 *
 * Direction of its approximations: conditions that are not followed become free choices and calls
 * whose source is not at hand have no effect; both are listed. So a `violated` may rest on a path
 * that the listed conditions exclude, and `holds` holds for the listed calls having no effect.
 */

import type { FunctionDef, Stmt } from '../../syntax/ast.ts';
import { buildCfg } from '../../cfg/build.ts';
import { isConditionalGuard, noreturnCalls, transparentCalls } from '../../ops/vocabulary.ts';
import { retriesAgain, retryFlags, writeFlag } from '../../ops/vocabulary/fields.ts';
import { locks } from '../machine.ts';
import type { LocationId, Step } from '../types.ts';
import { constant } from '../values.ts';
import { findWriteParameter, type WriteParameter } from './access.ts';
import { emitBody } from './body.ts';
import { compact } from './compact.ts';
import { constantMeaning, Context, type Frame, type Learned } from './context.ts';
import { refuseIfLeftLocked } from './entryLock.ts';
import { bindGivenLock, emitProtectionEntry, givenPte } from './protection.ts';
import { groupBy, simplify, type Graph } from './simplify.ts';
import { NotModelledError, type ExtractOptions, type Extraction, type SourceFunction, type Variable } from './types.ts';

export function extractModel(root: SourceFunction, options: ExtractOptions): Extraction {
  let context = new Context(options);
  for (let run = 1; ; run++) {
    const before = context.known;
    const extraction = extractWith(context, root, options);
    // Which lock pointers name several locks in turn and which results are followed in part is known only now.
    const learned = context.learned();
    if (run === maxRuns || knowsAll(before, learned)) return extraction;
    context = new Context(options, learned);
  }
}

/** What a run learns makes the next read more as unknown, never less. */
const maxRuns = 4;

function knowsAll(before: Learned, after: Learned): boolean {
  return after.lockClasses.size <= before.lockClasses.size && after.never.size <= before.never.size && [...after.partly].every(([key, isPromise]) => before.partly.get(key) === isPromise);
}

function extractWith(context: Context, root: SourceFunction, options: ExtractOptions): Extraction {
  context.rootFile = root.file;
  const entry = emitPlaced(withoutLines(root, options.without, options.noreturn), context);
  const { emitter } = context;
  const exit = emitter.cursor;
  const graph = enterWithLocks(simplify({ entry, exit, transitions: emitter.transitions }), context);
  return {
    program: compact(root.fn.name, graph, emitter.locals),
    assumptions: context.allAssumptions(),
    functions: [...context.functions],
    readsPagesIn: context.readsPagesIn,
    asksForRetry: context.asksForRetry,
    unfollowed: [...context.unfollowed.values()],
  };
}

/**
 * Whether `caller` calls a function at all in the scenario: do_fault hands reads, private writes and
 * shared writes to different functions. True where it cannot be told.
 */
export function reachesCall(caller: SourceFunction, name: string, options: ExtractOptions): boolean {
  const context = new Context({ ...options, followsCalls: false });
  try {
    emitRoot(caller, context);
  } catch (error) {
    if (error instanceof NotModelledError) return true;
    throw error;
  }
  return context.reached.has(name);
}

/** As `emitRoot`; what it stops at is told with its place. */
function emitPlaced(source: SourceFunction, context: Context): LocationId {
  try {
    return emitRoot(source, context);
  } catch (error) {
    const { place } = context.emitter.origin;
    if (!(error instanceof NotModelledError) || !place) throw error;
    throw new NotModelledError(`${error.reason} (${place.function}, line ${place.line})`, error.span);
  }
}

/** Emits the root function's body; the result is its entry, the cursor its exit. */
function emitRoot(source: SourceFunction, context: Context): LocationId {
  const frame = context.newFrame(source, undefined, undefined);
  bindRoot(frame, context);
  const { emitter } = context;
  const entry = emitter.newLocation();
  emitter.moveTo(entry);
  for (const { variable, values } of context.entryChoices) emitter.add({ kind: 'choose', to: context.localOf(variable), values });
  const given = context.options.entry === 'protection' ? givenPte(frame, context) : undefined;
  emitBody(frame, context);
  return given ? emitProtectionEntry(given, entry, emitter.cursor, context) : entry;
}

/**
 * Locks that the program releases before it takes them are held on entry: mmap_lock always is, the
 * page-table lock was until 2.6.13 (mm/memory.c:do_no_page). They are taken in a first step.
 */
function enterWithLocks(graph: Graph, context: Context): Graph {
  const { emitter } = context;
  // A lock that only a local names (`ptl`) was not taken by the caller.
  const isLocked = (name: (typeof entryLocks)[number]['name']): boolean => name === 'mmap' || (context.namedLocks.has(name) && context.options.entry !== 'protection');
  const steps = entryLocks.filter(({ lock, name }) => isLocked(name) && releasesFirst(graph, lock));
  for (const { name, lock } of steps) {
    if (name !== 'pageTable') continue;
    refuseIfLeftLocked(graph.transitions, graph.entry, graph.exit, lock);
    context.assume('it is entered with the page-table lock held, since every path releases it first');
  }
  if (steps.length === 0) return graph;
  const start = emitter.newLocation();
  const acquisitions = steps.map(({ lock, mode }): Step => ({ kind: 'acquire', lock: { lock, index: constant(0) }, mode }));
  const origin = { text: 'the fault is entered with these locks held', calls: [] };
  return { ...graph, entry: start, transitions: [{ from: start, to: graph.entry, steps: acquisitions, origin }, ...graph.transitions] };
}

const entryLocks = [{ name: 'mmap', lock: locks.mmap, mode: 'shared' }, { name: 'pageTable', lock: locks.pageTable, mode: 'exclusive' }] as const;

function releasesFirst(graph: Graph, lock: number): boolean {
  const outgoing = groupBy(graph.transitions, (transition) => transition.from);
  const seen = new Set([graph.entry]);
  const queue = [graph.entry];
  let releases = false;
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    for (const { steps, to } of outgoing.get(at) ?? []) {
      const first = steps.find((step) => (step.kind === 'acquire' || step.kind === 'release' || step.kind === 'tryAcquire') && step.lock.lock === lock);
      // A path that takes it first shows that it was not held; the other path is one that cannot be taken.
      if (first && first.kind !== 'release') return false;
      releases ||= first !== undefined;
      if (first || seen.has(to)) continue;
      seen.add(to);
      queue.push(to);
    }
  }
  return releases;
}

/** Gives the root function's parameters the meaning that the scenario fixes. */
function bindRoot(frame: Frame, context: Context): void {
  const write = findWriteParameter(frame.source, context);
  for (const param of frame.source.fn.params) {
    const variable = context.declare(frame, param.name, param.type);
    bindRootParameter(variable, frame.source.file, write, context);
  }
}

function bindRootParameter(variable: Variable, file: string, write: WriteParameter | undefined, context: Context): void {
  const isWrite = context.options.access === 'write' ? 1 : 0;
  const { name } = variable;
  switch (variable.cls.kind) {
    case 'object':
      variable.binding = constantMeaning(constant(1), variable.cls);
      return;
    case 'ptePointer':
      variable.binding = constantMeaning(constant(1), variable.cls);
      return;
    case 'aggregate':
      return bindFault(variable, isWrite, file, context);
    case 'pte':
      // The value that the fault found: the pte was none.
      return;
    case 'scalar':
      if (write?.name === name) {
        if (write.kind === 'flags') bindFlags(variable, isWrite, file, context);
        else variable.binding = constantMeaning(constant(isWrite));
      } else {
        variable.binding = { kind: 'unknown', key: `parameter ${name}` };
      }
      return;
    case 'lockPointer':
      if (context.options.entry === 'protection') return bindGivenLock(variable);
      throw new NotModelledError(`it is entered with a lock (parameter ${name}); only whole fault paths are simulated`);
    case 'page':
      throw new NotModelledError(`it is entered with a page (parameter ${name}); only whole fault paths are simulated`);
    case 'opaque':
      return;
  }
}

/** `struct vm_fault *vmf`: what the fault entry has filled in. */
function bindFault(fault: Variable, isWrite: number, file: string, context: Context): void {
  const flags = context.field(fault, 'flags');
  bindFlags(flags, isWrite, file, context);
  if (context.options.mayRetry !== true) context.assume('fault flags other than write are clear');
  const vma = context.field(fault, 'vma');
  vma.binding = constantMeaning(constant(1), { kind: 'object', object: 'vma' });
}

/** The fault's flags: those of every fault, or of one that may be retried, in its first attempt or after it (arch/x86/mm/fault.c:do_user_addr_fault). */
function bindFlags(flags: Variable, isWrite: number, file: string, context: Context): void {
  const bit = (name: string): number => context.constantIn(name, file) ?? 0;
  const write = isWrite * (context.constantIn(writeFlag, file) ?? 1);
  if (context.options.mayRetry !== true) {
    flags.binding = constantMeaning(constant(write));
    return;
  }
  const { mayRetry, isKillable, isRetried } = retryFlags;
  const second = retriesAgain.has(context.options.era) ? [mayRetry, isRetried, isKillable] : [isRetried, isKillable];
  context.assume(`fault flags other than write are clear, or ${mayRetry} and ${isKillable}, or ${second.join(' and ')}`);
  const first = write | bit(mayRetry) | bit(isKillable);
  context.entryChoices.push({ variable: flags, values: [first, second.reduce((bits, name) => bits | bit(name), write)] });
}

function withoutLines(root: SourceFunction, lines: readonly number[], noreturn = noreturnCalls): SourceFunction {
  if (lines.length === 0) return root;
  const removed = new Set(lines);
  const fn: FunctionDef = { ...root.fn, body: { ...root.fn.body, body: root.fn.body.body.map((stmt) => strip(stmt, root, removed)) } };
  return { ...root, fn, cfg: buildCfg(fn, { transparent: transparentCalls, noreturn, isConditionalGuard }) };
}

/** Statements that begin on one of the lines become empty; labels stay. */
function strip(stmt: Stmt, root: SourceFunction, lines: ReadonlySet<number>): Stmt {
  const line = root.lines.lineAt(stmt.span.start);
  if (lines.has(line) && stmt.kind !== 'block' && stmt.kind !== 'label' && stmt.kind !== 'declare' && stmt.kind !== 'case') return { kind: 'empty', span: stmt.span };
  switch (stmt.kind) {
    case 'block':
      return { ...stmt, body: stmt.body.map((each) => strip(each, root, lines)) };
    case 'if':
      return { ...stmt, then: strip(stmt.then, root, lines), otherwise: stmt.otherwise ? strip(stmt.otherwise, root, lines) : undefined };
    case 'while':
    case 'doWhile':
    case 'for':
    case 'iterate':
    case 'switch':
      return { ...stmt, body: strip(stmt.body, root, lines) };
    default:
      return stmt;
  }
}
