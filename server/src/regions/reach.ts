/** From which functions a lock operation in scope can be reached through functions with source. */

import type { Expr, FunctionDef } from '../syntax/ast.ts';
import { contractOf } from '../ops/vocabulary/contracts.ts';
import { guardLocks, lockCarriers, lockFields, pageClasses } from '../ops/vocabulary/lockNames.ts';
import type { Effect, Era, LockClass } from '../ops/types.ts';
import type { Vocabulary } from '../ops/vocabulary.ts';
import { followedCallees, needsOf, type Callee } from './callees.ts';
import { Fixpoint, type Rule } from './fixpoint.ts';
import { callsOf } from './liveness.ts';
import { maxFiles, type Depth, type FunctionSource, type RegionLookup, type Scope } from './lookup.ts';

const lockEffects: ReadonlySet<Effect['kind']> = new Set(['acquire', 'release', 'requires', 'insert', 'become', 'downgrade', 'batch']);

type Call = Expr & { kind: 'call' };

export class Reach {
  private readonly touched: Readonly<Record<Scope, Fixpoint<FunctionDef, boolean>>> = { pages: new Fixpoint(maxFiles), all: new Fixpoint(maxFiles) };

  constructor(private readonly lookup: RegionLookup, private readonly era: Era, private readonly vocabulary: Vocabulary) {}

  touches(source: FunctionSource, depth: Depth): boolean {
    return this.touched[depth.scope].ask(source.fn, this.rule({ source, depth }), depth.files);
  }

  private rule({ source, depth }: Callee): Rule<FunctionDef, boolean> {
    return {
      compute: () => this.hasLockOperation(source, depth),
      bottom: () => false,
      top: () => true,
      isSame: Object.is,
      needs: () => needsOf(followedCallees(source, depth, this.lookup, this.vocabulary), (callee) => this.rule(callee)),
    };
  }

  /** Whether it demands a lock itself: `lockdep_assert_held(&x)`. */
  asserts({ cfg }: FunctionSource): boolean {
    return [...callsOf(cfg)].some(({ callee }) => callee.kind === 'name' && this.ownEffects(callee.name).some(({ kind }) => kind === 'requires'));
  }

  private hasLockOperation(source: FunctionSource, depth: Depth): boolean {
    if (depth.scope === 'all' && source.cfg.nodes.some(({ action }) => action.kind === 'guard' && action.lockClass in guardLocks)) return true;
    const calls = [...callsOf(source.cfg)];
    return calls.some((call) => this.isLockOperation(call, depth.scope) || isPassedOn(call, source)) || calls.some((call) => this.leadsToLocks(call, source, depth));
  }

  private isLockOperation(call: Call, scope: Scope): boolean {
    if (call.callee.kind === 'member') return contractOf(call.callee.field, this.era, []) !== undefined;
    if (call.callee.kind !== 'name') return false;
    return this.ownEffects(call.callee.name).some((effect) => isLockEffect(effect, call, scope));
  }

  /** What a function with a body demands, its body says. */
  private ownEffects(name: string): readonly Effect[] {
    const entry = this.vocabulary.get(name);
    return entry?.yieldsToSource ? entry.effects.filter(({ kind }) => kind !== 'requires') : (entry?.effects ?? []);
  }

  private leadsToLocks(call: Call, source: FunctionSource, depth: Depth): boolean {
    if (call.callee.kind !== 'name') return false;
    const { name } = call.callee;
    const entry = this.vocabulary.get(name);
    if (entry && !entry.yieldsToSource) return false;
    const own = this.lookup.ownFunction(name, source.file);
    if (own) return this.touches(own, depth);
    if (!call.args.some((arg) => isCarrier(argumentType(arg, source)))) return false;
    const other = this.lookup.otherFunction(name, source.file);
    if (other && depth.files >= maxFiles) this.touched[depth.scope].cut();
    return other !== undefined && depth.files < maxFiles && this.touches(other, { ...depth, files: depth.files + 1 });
  }
}

/** Through a pointer, to a function that is not known: it may drop the lock of the page that it is given. */
function isPassedOn({ callee, args }: Call, source: FunctionSource): boolean {
  const isPointer = callee.kind === 'member' || (callee.kind === 'name' && isVariable(callee.name, source));
  return isPointer && args.some((arg) => isCarrier(argumentType(arg, source)));
}

function isVariable(name: string, { fn, cfg }: FunctionSource): boolean {
  return fn.params.some((param) => param.name === name) || cfg.nodes.some(({ action }) => action.kind === 'declare' && action.name === name);
}

function isLockEffect(effect: Effect, call: Call, scope: Scope): boolean {
  if (!lockEffects.has(effect.kind)) return false;
  if (scope === 'all' || effect.kind === 'insert') return true;
  if (effect.kind === 'batch') return effect.does === 'lock' || effect.does === 'requireLock';
  if (effect.kind !== 'acquire' && effect.kind !== 'release' && effect.kind !== 'requires' && effect.kind !== 'become') return false;
  return pageClasses.has(effect.lock) || (typeof effect.object === 'number' && pageClasses.has(namedLock(call.args[effect.object]) ?? 'spin'));
}

/** The class that an argument's name tells: `ptl`, `&mm->page_table_lock`. */
function namedLock(arg: Expr | undefined): LockClass | undefined {
  if (arg?.kind === 'unary') return namedLock(arg.operand);
  if (arg?.kind === 'member') return lockFields.get(arg.field)?.lock;
  return arg?.kind === 'name' ? lockFields.get(arg.name)?.lock : undefined;
}

/** Whether what is passed on by this type can lead to a lock that the rules follow. */
export function isCarrier(type: string | undefined): boolean {
  return type !== undefined && lockCarriers.has(type);
}

function argumentType(arg: Expr, { fn, cfg }: FunctionSource): string | undefined {
  if (arg.kind === 'unary' && arg.op === '&') return argumentType(arg.operand, { file: '', fn, cfg });
  if (arg.kind !== 'name') return undefined;
  const param = fn.params.find(({ name }) => name === arg.name);
  if (param) return param.type.base;
  for (const { action } of cfg.nodes) if (action.kind === 'declare' && action.name === arg.name) return action.type.base;
  return undefined;
}
