/**
 * Calls: vocabulary primitives become steps, functions whose source is at hand and that matter to
 * the protocol are inlined, handlers are bound through the vma's vm_operations_struct, and what is
 * left is listed as taken to have no effect.
 */

import { builtInFirst, locklessLookups, pageReaders } from '../../ops/vocabulary/composites.ts';
import { faultMembers, optionalMembers } from '../../ops/vocabulary/fields.ts';
import { failsWithNull } from '../../ops/vocabulary/folioLookups.ts';
import { otherFlags, ownLockFamily, tracepoints } from '../../ops/vocabulary/lockNames.ts';
import type { Primitive } from '../../ops/types.ts';
import type { Expr } from '../../syntax/ast.ts';
import { unknownScalar } from '../sentinels.ts';
import { constant, local } from '../values.ts';
import { bindParameter } from './assign.ts';
import { emitBody } from './body.ts';
import { classOf, constantMeaning, placeOf, type Context, type Frame } from './context.ts';
import { applyPrimitive } from './effects.ts';
import { accessorMeaning, addressed, evaluate } from './evaluate.ts';
import { loseGiven } from './lost.ts';
import { isBarrier, isRelevant } from './relevance.ts';
import { nodeExpressions, walkExpr, withSpan } from './scan.ts';
import { NotModelledError, unknown, type Meaning, type SourceFunction, type Variable } from './types.ts';

/** Deeper chains are not followed; filemap_fault's deepest in 6.12 is 7. */
const maxDepth = 12;

type Call = Expr & { kind: 'call' };

export function evaluateCall(call: Call, frame: Frame, context: Context): Meaning {
  const { callee } = call;
  if (callee.kind === 'member') return callMember(call, callee, frame, context);
  if (callee.kind === 'unary' && callee.op === '*' && callee.operand.kind === 'member') return callMember(call, callee.operand, frame, context);
  if (callee.kind !== 'name') {
    evaluateArguments(call, frame, context);
    return unknown;
  }
  return callNamed(call, callee.name, frame, context);
}

function callNamed(call: Call, name: string, frame: Frame, context: Context): Meaning {
  context.reached.add(name);
  const primitive = context.vocabulary.get(name);
  const source = builtInFirst.has(name) ? undefined : context.options.lookup.function(name, frame.source.file);
  if (primitive && !isReadInstead(primitive, name, source, context)) return callPrimitive(call, name, frame, context);
  const args = evaluateArguments(call, frame, context);
  const accessor = accessorMeaning(name, args[0]);
  if (accessor) return accessor;
  if (!context.options.vocabulary.has(name) && ownLockFamily.test(name) && isOfSubsystem(frame.source, source, context)) context.ownLocks.add(name);
  if (context.options.followsCalls === false) return unknown;
  if (source) {
    if (canMatter(source, args, context)) return inline(source, args, call, frame, context);
    if (handsPageOn(source, args)) context.callsGivenPage.add(name);
    return unknown;
  }
  const composite = context.options.lookup.composite(readingOf(name, frame, context));
  if (composite) {
    context.assume(`${name}: the built-in reading of it`);
    return inlineComposite(composite, args, call, frame, context);
  }
  const expansion = expand(call, name, frame, context);
  if (expansion) return expansion;
  const isGivenPage = args.some(isPage);
  (isGivenPage && !leavesPagesAlone(name, call, frame) ? context.callsGivenPage : context.ignoredCalls).add(name);
  loseGiven(name, args, context);
  return unknown;
}

/** It gives the page that it is given to a function that only a pointer names. */
function handsPageOn({ cfg, fn }: SourceFunction, args: readonly Meaning[]): boolean {
  const pages = new Set(fn.params.flatMap(({ name }, index) => (isPage(args[index]) ? [name] : [])));
  const names = new Set(fn.params.map(({ name }) => name));
  return pages.size > 0 && cfg.nodes.some((node) => nodeExpressions(node.action).some((root) => {
    let found = false;
    walkExpr(root, (expr) => (found ||= expr.kind === 'call' && expr.callee.kind === 'name' && names.has(expr.callee.name) && expr.args.some((arg) => arg.kind === 'name' && pages.has(arg.name))));
    return found;
  }));
}

/** It is about flags that the machine does not have, or prints: a call with a format is given the page only to show it. */
function leavesPagesAlone(name: string, call: Call, { source }: Frame): boolean {
  const { text } = source.lines;
  return otherFlags.test(name) || tracepoints.test(name) || call.args.some((arg) => arg.kind === 'string' && text.slice(arg.span.start, arg.span.end).includes('%'));
}

/** A composite whose source is at hand, or of which there is a built-in reading that says more than its summary. */
function isReadInstead({ isComposite }: Primitive, name: string, source: SourceFunction | undefined, { options }: Context): boolean {
  if (!isComposite) return false;
  return source ? !looksUpWithoutLock(source) : options.lookup.composite(name) !== undefined;
}

/** Which built-in reading of a composite fits the tree: by how its lookups fail. */
function readingOf(name: string, frame: Frame, context: Context): string {
  const other = failsWithNull.readings[name];
  if (other === undefined) return name;
  const judge = context.options.lookup.function(failsWithNull.judgedBy, frame.source.file);
  return judge && !callsAny(judge, (callee) => callee === failsWithNull.errorPointer) ? other : name;
}

/** A call within one directory that is not the core's, or from there to nobody knows where. */
function isOfSubsystem(caller: SourceFunction, callee: SourceFunction | undefined, { rootFile }: Context): boolean {
  const directory = directoryOf(caller.file);
  return directory !== directoryOf(rootFile) && (callee === undefined || directoryOf(callee.file) === directory);
}

function directoryOf(file: string): string {
  return file.slice(0, file.lastIndexOf('/') + 1);
}

/** A macro whose body is an expression is read as that; its arguments have been evaluated once already, which changes nothing. */
function expand(call: Call, name: string, frame: Frame, context: Context): Meaning | undefined {
  if (context.isExpanding) return undefined;
  const { text } = frame.source.lines;
  const body = context.options.lookup.expansion(name, call.args.map((arg) => text.slice(arg.span.start, arg.span.end)), frame.source.file);
  if (!body) return undefined;
  context.isExpanding = true;
  try {
    return evaluate(withSpan(body, call.span), frame, context);
  } finally {
    context.isExpanding = false;
  }
}

/**
 * A function that is given nothing of the fault (no page, pte, file, mapping, vma, fault struct or
 * lock) and returns none cannot touch the protocol, unless it is a barrier in disguise. What a small
 * one makes of known values (an error number, a flag) is followed for its result.
 */
function canMatter(source: SourceFunction, args: readonly Meaning[], context: Context): boolean {
  const { base, pointers } = source.fn.returnType;
  const returned = classOf({ base, pointers, isArray: false }).kind;
  const isKnown = args.length > 0 && args.every((arg) => arg.kind === 'value');
  const isInvolved = isKnown || args.some(isOfTheFault) || (returned !== 'scalar' && returned !== 'opaque');
  return isInvolved ? isRelevant(source, context) : isBarrier(source, context);
}

function isPage(arg: Meaning | undefined): boolean {
  return arg?.kind === 'value' && arg.cls.kind === 'page';
}

function isOfTheFault(arg: Meaning): boolean {
  switch (arg.kind) {
    case 'value':
      return arg.cls.kind === 'object' ? arg.cls.object !== 'task' : arg.cls.kind !== 'opaque' && (arg.cls.kind !== 'scalar' || arg.value.kind === 'local');
    case 'place':
    case 'lock':
    case 'vmFlags':
      return true;
    case 'partly':
    case 'unknown':
      return false;
  }
}

/** A lookup that speculates (RCU, references taken on what may be gone) is read as one atomic step: its summary. */
function looksUpWithoutLock(source: SourceFunction): boolean {
  return callsAny(source, (callee) => locklessLookups.has(callee));
}

function callsAny(source: SourceFunction, isOne: (callee: string) => boolean): boolean {
  return source.cfg.nodes.some((node) => nodeExpressions(node.action).some((root) => {
    let found = false;
    walkExpr(root, (expr) => (found ||= expr.kind === 'call' && expr.callee.kind === 'name' && isOne(expr.callee.name)));
    return found;
  }));
}

function callPrimitive(call: Call, name: string, frame: Frame, context: Context): Meaning {
  const primitive = context.vocabulary.get(name)!;
  const args = evaluateArguments(call, frame, context);
  if (primitive.result.kind === 'argument') {
    // `atomic_read(&page->_count)` is what stands there, not the page.
    const target = addressed(call.args[primitive.result.index]);
    if (target) args[primitive.result.index] = evaluate(target, frame, context);
  }
  return applyPrimitive({ context, frame, primitive, args, result: undefined });
}

/** `vma->vm_ops->fault(...)`, `mapping->a_ops->readpage(...)`. */
function callMember(call: Call, callee: Expr & { kind: 'member' }, frame: Frame, context: Context): Meaning {
  const owner = evaluate(callee.object, frame, context);
  const args = evaluateArguments(call, frame, context);
  const object = owner.kind === 'value' && owner.cls.kind === 'object' ? owner.cls.object : undefined;
  if (object === 'vmOps') return callHandler(call, callee.field, args, frame, context);
  const composite = object === 'aOps' ? context.options.lookup.composite(`aops_${callee.field}`) : undefined;
  if (composite) {
    context.assume(`a_ops->${callee.field}: any that keeps its contract (unlocks the page when the read is done, at once)`);
    return inlineComposite(composite, args, call, frame, context);
  }
  if (faultMembers.includes(callee.field)) throw new NotModelledError(`which handler a call of ->${callee.field} reaches is not followed`, call.span);
  context.ignoredCalls.add(`->${callee.field}`);
  loseGiven(callee.field, args, context);
  return unknown;
}

function callHandler(call: Call, member: string, args: readonly Meaning[], frame: Frame, context: Context): Meaning {
  const { vmOps } = context.options;
  const name = vmOps?.fields.get(member);
  const least = vmOps?.standsForOthers === true ? optionalMembers[member] : undefined;
  const isOfPage = args.some((arg) => arg.kind === 'value' && arg.cls.kind === 'page');
  const contract = least === undefined ? undefined : context.options.lookup.composite(isOfPage ? `${least}_of_page` : least);
  if (contract) {
    context.assume(`vm_ops->${member}: also one that does no more than its contract asks: it refuses, or returns 0 with the page unlocked`);
    const byContract = (): Meaning => inline(contract, args, call, frame, context);
    return name === undefined ? byContract() : eitherOf(byContract, () => callBound(call, member, args, frame, context), context);
  }
  return callBound(call, member, args, frame, context);
}

/** Both ways, joined again. */
function eitherOf(one: () => Meaning, other: () => Meaning, context: Context): Meaning {
  const { emitter } = context;
  const result = context.temporary();
  const ways = [one, other].map((call) => ({ call, at: emitter.newLocation() }));
  const join = emitter.newLocation();
  emitter.branchFreely(ways.map(({ at }) => ({ to: at, isNegated: false })));
  const meanings = ways.map(({ call, at }) => {
    emitter.moveTo(at);
    const meaning = call();
    emitter.add({ kind: 'assign', to: result, value: meaning.kind === 'value' || meaning.kind === 'partly' ? meaning.value : constant(unknownScalar) });
    emitter.flushTo(join);
    return meaning;
  });
  emitter.moveTo(join);
  return meanings.every(({ kind }) => kind === 'value') ? constantMeaning(local(result)) : { kind: 'partly', value: local(result), isPromise: true };
}

function callBound(call: Call, member: string, args: readonly Meaning[], frame: Frame, context: Context): Meaning {
  const { vmOps, lookup } = context.options;
  const name = vmOps?.fields.get(member);
  if (vmOps && name === undefined && vmOps.fields.size > 0) {
    // The code asks first whether the table has it; a run that comes here all the same is not understood.
    context.emitter.add({ kind: 'check', property: '?', condition: constant(0), message: `vm_ops->${member} is called, which ${vmOps.variable} does not have` });
    return unknown;
  }
  // A built-in handler has a form for each number of arguments that the era's kernels gave it.
  const source = name === undefined || !vmOps ? undefined : (lookup.composite(`${name}_of_${args.length}`) ?? lookup.function(name, vmOps.file) ?? lookup.composite(name));
  if (!source) throw new NotModelledError(`no handler is known for vm_ops->${member}`, call.span);
  context.assume(`vm_ops->${member} is ${source.fn.name} (${source.file}), through ${vmOps?.variable ?? 'a built-in table'}`);
  const stored = context.storedPtes;
  const handed = faultMembers.includes(member) ? handedPages(args, context) : [];
  for (const page of handed) page.isSet = false;
  const result = inline(source, args, call, frame, context);
  if (context.storedPtes > stored && handed.length > 0 && !handed.some(({ isSet }) => isSet)) throw new NotModelledError(`${source.fn.name} sets ptes itself and hands no page to its caller`, call.span);
  return result.kind === 'unknown' || result.kind === 'partly' ? { ...result, isPromise: true } : result;
}

/** Where a handler leaves a page: in the fault that it is given. */
function handedPages(args: readonly Meaning[], context: Context): Variable[] {
  return args.flatMap((arg) => (arg.kind === 'place' && arg.place.cls.kind === 'aggregate' ? [context.field(arg.place, 'page')] : []));
}

function evaluateArguments(call: Call, frame: Frame, context: Context): Meaning[] {
  return call.args.map((arg) => evaluate(arg, frame, context));
}

function inlineComposite(composite: SourceFunction, args: readonly Meaning[], call: Call, frame: Frame, context: Context): Meaning {
  const isOfTree = context.options.lookup.composite(frame.source.fn.name)?.fn !== frame.source.fn;
  context.readsPagesIn ||= isOfTree && pageReaders.has(composite.fn.name);
  return inline(composite, args, call, frame, context);
}

function inline(source: SourceFunction, args: readonly Meaning[], call: Call, frame: Frame, context: Context): Meaning {
  const site = placeOf(frame.source, call.span);
  if (frame.depth >= maxDepth || isActive(source, frame)) {
    context.assume(`${source.fn.name}() at ${site.file}:${site.line}: not followed (${frame.depth >= maxDepth ? 'too deep' : 'recursion'})`);
    return unknown;
  }
  const callee = context.newFrame(source, frame, call.span);
  source.fn.params.forEach((param, index) => {
    const use = callee.uses.get(param.name);
    const variable = context.declare(callee, param.name, param.type);
    bindParameter(variable, args[index] ?? unknown, (use?.isAssigned ?? false) || (use?.isCounted ?? false), context);
  });
  context.emitter.flush();
  const callerOrigin = context.emitter.origin;
  emitBody(callee, context);
  context.emitter.origin = callerOrigin;
  return source.fn.returnType.base === 'void' && source.fn.returnType.pointers === 0 ? unknown : context.read(callee.result);
}

function isActive(source: SourceFunction, frame: Frame): boolean {
  const isSame = frame.source.fn.name === source.fn.name && frame.source.file === source.file;
  return isSame || frame.calls.some((call) => call.function === source.fn.name && call.file === source.file);
}

