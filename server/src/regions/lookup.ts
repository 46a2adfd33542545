/** What the analysis of many functions is given: their sources, and how far it follows calls. */

import type { Cfg } from '../cfg/types.ts';
import type { MacroForm } from '../ops/types.ts';
import type { FunctionDef } from '../syntax/ast.ts';

/** A function with its graph, and the file that it stands in. */
export interface FunctionSource {
  readonly file: string;
  readonly fn: FunctionDef;
  readonly cfg: Cfg;
}

/** Where sources come from. */
export interface RegionLookup {
  /** A function of that very file. */
  ownFunction(name: string, file: string): FunctionSource | undefined;
  /** A function that a call from `file` reaches in another file. */
  otherFunction(name: string, file: string): FunctionSource | undefined;
  constant(name: string, file: string): number | undefined;
  /** Whether the tree's headers have it as a macro. */
  hasMacro(form: MacroForm): boolean;
  /** The function's text, from its first specifier to its closing brace. */
  textOf(source: FunctionSource): string;
  /** The handler table's member that names the function. */
  memberOf(source: FunctionSource): string | undefined;
}

/**
 * `pages`: only functions from which a page lock or page-table lock can be reached are followed, which
 * is what the rules need; `all`: every lock, for annotations and for showing regions.
 */
export type Scope = 'pages' | 'all';

/** Calls into other files are followed so deep; beyond, a callee is unknown. */
export const maxFiles = 4;

/** How far from the function that was asked for. */
export interface Depth {
  readonly files: number;
  readonly scope: Scope;
}
