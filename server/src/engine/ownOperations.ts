/**
 * Whether a file system lets happen what a scenario puts its fault handler against. A truncate goes through its
 * `->setattr`, a hole punch through its `->fallocate`: an own one that may refuse, or none at all, makes a race
 * with them less than proven. Seen as far as the file of the handler's table goes.
 */

import { walkExpr } from '../model/extract/scan.ts';
import { environmentEntry, type OwnOperations } from '../simulator/environment/registry.ts';
import type { Expr, FileSyntax, Stmt } from '../syntax/ast.ts';

/** How the doubt begins, wherever it is told. */
export const ownOperation = 'the file system may never let this happen';

/** What the file of a handler's table says against `adversary`, as a sentence; undefined where it says nothing. `isCertain`: it says that it never happens. */
export function doubtOfOperation(adversary: string, { functions, structInits }: FileSyntax): { readonly sentence: string; readonly isCertain: boolean } | undefined {
  const { operations, never } = environmentEntry(adversary) ?? {};
  const unchanging = never && structInits.find((init) => init.structName === never.table && init.fields.has(never.member));
  if (unchanging) return { sentence: `${ownOperation}: ${unchanging.variable} is of a file that never changes this way`, isCertain: true };
  const sentence = operations && doubtOf(operations, functions, structInits);
  return sentence === undefined ? undefined : { sentence, isCertain: false };
}

function doubtOf(operations: OwnOperations, functions: FileSyntax['functions'], structInits: FileSyntax['structInits']): string | undefined {
  const tables = structInits.filter((init) => operations.tables.includes(init.structName));
  const names = tables.flatMap((init) => operations.members.flatMap((member) => init.fields.get(member) ?? []));
  if (!operations.isOptional) {
    const mapped = names.length > 0 ? undefined : tables.find((init) => init.fields.has('mmap'));
    return mapped && `${ownOperation}: ${mapped.variable} has no ->${operations.members.join(' and no ->')}`;
  }
  const refusing = functions.find((fn) => names.includes(fn.name) && [...within(fn.body)].some(refusesBySize));
  return refusing && `${ownOperation}: ${refusing.name} refuses some changes by the size of the file`;
}

/** A statement and those inside it. */
function* within(stmt: Stmt): Generator<Stmt> {
  yield stmt;
  switch (stmt.kind) {
    case 'block':
      for (const each of stmt.body) yield* within(each);
      break;
    case 'if':
      yield* within(stmt.then);
      if (stmt.otherwise) yield* within(stmt.otherwise);
      break;
    case 'while':
    case 'doWhile':
    case 'for':
    case 'iterate':
    case 'switch':
      yield* within(stmt.body);
      break;
    case 'guard':
      if (stmt.body) yield* within(stmt.body);
      break;
    default:
  }
}

/** `if (… i_size …)` with an error in it. */
function refusesBySize(stmt: Stmt): boolean {
  return stmt.kind === 'if' && readsSize(stmt.condition) && [...within(stmt.then)].some(givesError);
}

function readsSize(condition: Expr): boolean {
  let found = false;
  walkExpr(condition, (expr) => {
    if (expr.kind === 'member' && expr.field === 'i_size') found = true;
    if (expr.kind === 'name' && expr.name === 'i_size_read') found = true;
  });
  return found;
}

function givesError(stmt: Stmt): boolean {
  if (stmt.kind === 'return') return stmt.value !== undefined && isError(stmt.value);
  return stmt.kind === 'expr' && stmt.expr.kind === 'assign' && isError(stmt.expr.value);
}

/** `-EINVAL` */
function isError(value: Expr): boolean {
  return value.kind === 'unary' && value.op === '-' && value.operand.kind === 'name' && /^E[A-Z0-9]+$/.test(value.operand.name);
}
