/**
 * Which functions are fault paths. A core calls a vma's fault handler and stores a pte, itself or
 * through functions that it calls; of nested ones the innermost that does both is the core. A
 * handler is a fault member of an initialised vm_operations_struct.
 */

import type { Expr, FunctionDef, TypeName } from '../syntax/ast.ts';
import { modelVocabulary, type Vocabulary } from '../ops/vocabulary.ts';
import { aggregateFields, aggregateTypes, faultMembers, handlerTables, objectTypes, optionalMembers, pteTypes } from '../ops/vocabulary/fields.ts';
import type { Era } from '../ops/types.ts';
import { nodeExpressions, walkExpr } from '../model/extract/scan.ts';
import type { SourceFunction } from '../model/extract/types.ts';
import type { KernelTree } from './kernelTree.ts';
import type { ParsedFile } from './sourceFiles.ts';
import type { FaultPath } from './types.ts';

/** Callees are followed so far when asking what a function does. */
const maxDepth = 5;

/** Members of a vm_operations_struct that a fault calls. */
const handlerMembers: readonly string[] = [...faultMembers, ...Object.keys(optionalMembers)];

interface Deeds {
  /** Members of a handler table. */
  readonly calls: ReadonlySet<string>;
  readonly callsHandler: boolean;
  readonly storesPte: boolean;
  /** A pte, and dirty. */
  readonly makesWritable: boolean;
  readonly makesDirty: boolean;
}

const none: Deeds = { calls: new Set(), callsHandler: false, storesPte: false, makesWritable: false, makesDirty: false };

export class FaultPathFinder {
  private readonly memo = new Map<FunctionDef, Deeds>();

  /** `reach`: whether callees are looked for in the function's file only (cheap) or in the whole tree. */
  constructor(private readonly tree: KernelTree, private readonly era: Era, private readonly reach: 'file' | 'tree' = 'file') {}

  /** Cores and fault handlers of a file, in source order; what else a table holds is simulated only where it is asked for. */
  pathsOf(file: ParsedFile): FaultPath[] {
    return file.syntax.functions.flatMap((fn) => {
      const role = this.roleOf(this.source(file, fn));
      const isLeftOut = role === undefined || (role === 'core' && !this.isInnermost(this.source(file, fn))) || (role === 'handler' && !this.isFaultHandler(this.source(file, fn)));
      return isLeftOut ? [] : [pathOf(file, fn, role)];
    });
  }

  roleOf(source: SourceFunction): FaultPath['role'] | undefined {
    if (this.isCore(source)) return 'core';
    if (this.servesProtection(source)) return 'protection';
    return this.isHandler(source) ? 'handler' : undefined;
  }

  isCore(source: SourceFunction): boolean {
    const deeds = this.deeds(source, 0);
    return deeds.callsHandler && deeds.storesPte;
  }

  /** Fault paths of the same file that call a function, itself none of them: what it is a part of. */
  wholesOf(part: SourceFunction): readonly string[] {
    return this.tree.callersInFile(part).filter((caller) => this.roleOf(caller) !== undefined).map(({ fn }) => fn.name);
  }

  /** The whole of a write-protection fault, not a part that is called with a page as well. */
  private servesProtection(source: SourceFunction): boolean {
    return this.replacesGivenPte(source) && !this.tree.callersInFile(source).some((caller) => this.replacesGivenPte(caller));
  }

  /** It asks for the page of a pte that it is given, and stores one that is writable and dirty. */
  private replacesGivenPte(source: SourceFunction): boolean {
    // With two vmas it is fork or mremap.
    const vmas = source.fn.params.filter(({ type }) => objectTypes[type.base] === 'vma');
    if (vmas.length > 1 || !asksGivenPage(source, modelVocabulary(this.tree.vocabulary(this.era)))) return false;
    const { makesWritable, makesDirty, storesPte } = this.deeds(source, 0);
    return makesWritable && makesDirty && storesPte;
  }

  private isFaultHandler(source: SourceFunction): boolean {
    return faultMembers.includes(this.memberOf(source) ?? '');
  }

  private isHandler(source: SourceFunction): boolean {
    return this.memberOf(source) !== undefined;
  }

  /** The member of a vm_operations_struct that a function is, of those that a fault calls. */
  memberOf({ file, fn }: SourceFunction): string | undefined {
    const own = (this.tree.files.get(file)?.syntax.structInits ?? []).filter(({ structName }) => `struct ${structName}` === handlerTables.vmOps);
    return handlerMembers.find(
      (member) => own.some((init) => init.fields.get(member) === fn.name) || (!fn.isStatic && this.tree.tablesOf(fn.name, member).length > 0),
    );
  }

  /** The core of the tree that a handler is reached through, or undefined where no source of one is at hand. */
  coreOfTree(member?: string): SourceFunction | undefined {
    for (const file of this.tree.filesMentioning('vm_ops->', 'mm')) {
      for (const { function: name, role } of this.pathsOf(file)) {
        const source = role === 'core' ? this.tree.function(name, file.path) : undefined;
        if (source && (member === undefined || this.deeds(source, 0).calls.has(member))) return source;
      }
    }
    return undefined;
  }

  private isInnermost(source: SourceFunction): boolean {
    return !this.callees(source).some((callee) => this.isCore(callee));
  }

  private source(file: ParsedFile, fn: FunctionDef): SourceFunction {
    return this.tree.files.source(file, fn);
  }

  private deeds(source: SourceFunction, depth: number): Deeds {
    const known = this.memo.get(source.fn);
    if (known) return known;
    this.memo.set(source.fn, none);
    let deeds = this.ownDeeds(source);
    for (const callee of depth < maxDepth ? this.callees(source) : []) deeds = either(deeds, this.deeds(callee, depth + 1));
    this.memo.set(source.fn, deeds);
    return deeds;
  }

  private ownDeeds(source: SourceFunction): Deeds {
    const vocabulary = modelVocabulary(this.tree.vocabulary(this.era));
    const calls = new Set<string>();
    let storesPte = false;
    let bits = 0;
    eachCall(source, (callee) => {
      if (callee.kind === 'member' && isHandlerTable(callee.object, source)) calls.add(callee.field);
      if (callee.kind !== 'name') return;
      const known = vocabulary.get(callee.name);
      storesPte ||= known?.effects.some((effect) => effect.kind === 'storePte') ?? false;
      if (known?.result.kind === 'pteWith') bits |= known.result.bits;
    });
    return { calls, callsHandler: faultMembers.some((member) => calls.has(member)), storesPte, makesWritable: (bits & 1) !== 0, makesDirty: (bits & 2) !== 0 };
  }

  /** Functions that it calls and whose source is within reach. */
  private callees(source: SourceFunction): SourceFunction[] {
    const vocabulary = modelVocabulary(this.tree.vocabulary(this.era));
    const found = new Map<string, SourceFunction>();
    eachCall(source, (callee) => {
      if (callee.kind !== 'name' || vocabulary.has(callee.name) || found.has(callee.name)) return;
      const target = this.reach === 'file' ? this.tree.functionInFile(callee.name, source.file) : this.tree.function(callee.name, source.file);
      if (target && target.fn !== source.fn) found.set(callee.name, target);
    });
    return [...found.values()];
  }
}

/** `vma->vm_ops`, or a variable declared as a pointer to such a table. */
function isHandlerTable(expr: Expr, source: SourceFunction): boolean {
  if (expr.kind === 'member') return expr.field === 'vm_ops';
  if (expr.kind !== 'name') return false;
  const isTable = (type: TypeName): boolean => type.base === handlerTables.vmOps && type.pointers === 1;
  const { name } = expr;
  return source.fn.params.some((param) => param.name === name && isTable(param.type))
    || source.cfg.nodes.some(({ action }) => action.kind === 'declare' && action.name === name && isTable(action.type));
}

function either(one: Deeds, other: Deeds): Deeds {
  return {
    calls: new Set([...one.calls, ...other.calls]),
    callsHandler: one.callsHandler || other.callsHandler, storesPte: one.storesPte || other.storesPte,
    makesWritable: one.makesWritable || other.makesWritable, makesDirty: one.makesDirty || other.makesDirty,
  };
}

/** `vm_normal_page(vma, address, orig_pte)` of a parameter, or of the fault's own field. */
function asksGivenPage(source: SourceFunction, vocabulary: Vocabulary): boolean {
  const isGiven = (expr: Expr | undefined): boolean => {
    if (expr?.kind === 'name') return source.fn.params.some(({ name, type }) => name === expr.name && pteTypes.has(type.base) && type.pointers === 0);
    return expr?.kind === 'member' && expr.object.kind === 'name' && aggregateFields[expr.field]?.base === 'pte_t' && aggregateFields[expr.field]?.pointers === 0
      && isFault(expr.object.name, source.fn);
  };
  let asks = false;
  eachCall(source, (callee, args) => {
    const result = callee.kind === 'name' ? vocabulary.get(callee.name)?.result : undefined;
    asks ||= result?.kind === 'pageOfPte' && isGiven(args[result.value]);
  });
  return asks;
}

function isFault(name: string, fn: FunctionDef): boolean {
  return fn.params.some((param) => param.name === name && aggregateTypes.has(param.type.base) && param.type.pointers === 1);
}

function eachCall(source: SourceFunction, visit: (callee: Expr, args: readonly Expr[]) => void): void {
  for (const node of source.cfg.nodes) {
    for (const root of nodeExpressions(node.action)) {
      walkExpr(root, (expr) => {
        if (expr.kind === 'call') visit(expr.callee, expr.args);
      });
    }
  }
}

function pathOf(file: ParsedFile, fn: FunctionDef, role: FaultPath['role']): FaultPath {
  return { function: fn.name, line: file.lines.lineAt(fn.nameSpan.start), endLine: file.lines.lineAt(fn.span.end), role };
}
