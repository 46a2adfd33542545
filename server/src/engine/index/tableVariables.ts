/** Which names are handler tables: by declaration, at file scope and in one function. */

import { expressionsOf } from '../../model/extract/scan.ts';
import type { FunctionDef, Stmt } from '../../syntax/ast.ts';

export interface DeclaredTable {
  readonly type: string;
  readonly isPointer: boolean;
  readonly offset: number;
}

/** Variables that a text declares with a table's type, `extern` and `static` alike; the text is not parsed. */
export function declaredTables(text: string, bareTypes: readonly string[], types: readonly string[]): ReadonlyMap<string, DeclaredTable> {
  const found = new Map<string, DeclaredTable>();
  const declaration = new RegExp(`^(?:[A-Za-z_][\\w \\t]*\\s)?struct\\s+(${bareTypes.join('|')})\\s+((?:const\\s+)?\\*?\\s*(?:const\\s+)?\\w+(?:\\s*,\\s*\\*?\\s*\\w+)*)(?:\\s+[a-z_]\\w*)?\\s*[;,=\\[]`, 'gm');
  for (const match of text.matchAll(declaration)) {
    const [whole, bare, list] = match;
    const listStart = match.index + whole.indexOf(list!);
    for (const declarator of list!.matchAll(/(\*?)\s*(?:const\s+)?(\w+)(?=\s*(?:,|$))/g)) {
      const [all, star, name] = declarator;
      const offset = listStart + declarator.index + all.lastIndexOf(name!);
      if (!found.has(name!)) found.set(name!, { type: types[bareTypes.indexOf(bare!)]!, isPointer: star === '*', offset });
    }
  }
  return found;
}

/** Parameters and local variables of a function whose type is a table or a pointer to one. */
export function localTables(fn: FunctionDef, types: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const add = (name: string, base: string): void => {
    if (types.includes(base)) found.set(name, base);
  };
  for (const { name, type } of fn.params) add(name, type.base);
  for (const stmt of statementsIn(fn.body)) if (stmt.kind === 'declare') for (const { name, type } of stmt.declarators) add(name, type.base);
  return found;
}

/** The statements that are no compound ones, in source order. */
export function statementsIn(stmt: Stmt): Stmt[] {
  switch (stmt.kind) {
    case 'block':
      return stmt.body.flatMap(statementsIn);
    case 'if':
      return [...statementsIn(stmt.then), ...(stmt.otherwise ? statementsIn(stmt.otherwise) : [])];
    case 'while':
    case 'doWhile':
    case 'for':
    case 'iterate':
    case 'switch':
      return statementsIn(stmt.body);
    case 'guard':
      return stmt.body ? statementsIn(stmt.body) : [];
    default:
      return [stmt, ...expressionsOf(stmt).flatMap((expr) => (expr.kind === 'statements' ? expr.body.flatMap(statementsIn) : []))];
  }
}
