/**
 * The C of one function as plain data, independent of any parser's tree: what `cfg`, `ops` and
 * `model` read. Every node carries its span in the original text. What could not be parsed or is
 * not represented becomes an `unknown` node with its reason; nothing is dropped silently.
 *
 * Texts (names, numbers) come from the original source, never from the rewritten text that the
 * parser saw.
 */

import type { Span } from '../base/text.ts';

/** A type as written, reduced to what the analysis asks: its base name and pointer depth. */
export interface TypeName {
  /** `struct page`, `spinlock_t`, `unsigned long`; qualifiers and storage classes removed. */
  readonly base: string;
  /** Number of `*`. */
  readonly pointers: number;
  /** Declared as an array. */
  readonly isArray: boolean;
}

export type UnaryOperator = '!' | '-' | '+' | '~' | '*' | '&';
export type BinaryOperator =
  | '+' | '-' | '*' | '/' | '%' | '&' | '|' | '^' | '<<' | '>>'
  | '==' | '!=' | '<' | '<=' | '>' | '>=' ;
export type AssignOperator = '=' | '+=' | '-=' | '*=' | '/=' | '%=' | '&=' | '|=' | '^=' | '<<=' | '>>=';

export type Expr =
  | { readonly kind: 'name'; readonly name: string; readonly span: Span }
  /** `value` is undefined where the literal is not an integer that fits a double. */
  | { readonly kind: 'number'; readonly value: number | undefined; readonly span: Span }
  | { readonly kind: 'string'; readonly span: Span }
  | { readonly kind: 'unary'; readonly op: UnaryOperator; readonly operand: Expr; readonly span: Span }
  | { readonly kind: 'update'; readonly op: '++' | '--'; readonly isPrefix: boolean; readonly operand: Expr; readonly span: Span }
  | { readonly kind: 'binary'; readonly op: BinaryOperator; readonly left: Expr; readonly right: Expr; readonly span: Span }
  | { readonly kind: 'logical'; readonly op: '&&' | '||'; readonly left: Expr; readonly right: Expr; readonly span: Span }
  /** GNU `a ?: b` has no `then`. */
  | { readonly kind: 'conditional'; readonly condition: Expr; readonly then: Expr | undefined; readonly otherwise: Expr; readonly span: Span }
  | { readonly kind: 'assign'; readonly op: AssignOperator; readonly target: Expr; readonly value: Expr; readonly span: Span }
  /** `isNoreturn` where the callee is declared not to return. */
  | { readonly kind: 'call'; readonly callee: Expr; readonly args: readonly Expr[]; readonly isNoreturn?: true; readonly span: Span }
  | { readonly kind: 'member'; readonly object: Expr; readonly field: string; readonly isArrow: boolean; readonly span: Span }
  | { readonly kind: 'index'; readonly object: Expr; readonly index: Expr; readonly span: Span }
  | { readonly kind: 'cast'; readonly type: TypeName; readonly operand: Expr; readonly span: Span }
  | { readonly kind: 'sizeof'; readonly span: Span }
  | { readonly kind: 'comma'; readonly left: Expr; readonly right: Expr; readonly span: Span }
  | { readonly kind: 'statements'; readonly body: readonly Stmt[]; readonly span: Span }
  | { readonly kind: 'initializer'; readonly items: readonly InitItem[]; readonly span: Span }
  /** A type where an expression is expected (an argument of `container_of`, `min_t`, `va_arg`). */
  | { readonly kind: 'type'; readonly type: TypeName; readonly span: Span }
  | { readonly kind: 'unknown'; readonly reason: string; readonly span: Span };

/** One entry of a brace initializer; `field` for `.field = value` and old-style `field: value`. */
export interface InitItem {
  readonly field: string | undefined;
  readonly value: Expr;
}

export interface Declarator {
  readonly name: string;
  readonly type: TypeName;
  readonly init: Expr | undefined;
  /** The function named by `__cleanup(f)` or the class of `__free(class)`, if any. */
  readonly cleanup: string | undefined;
  readonly span: Span;
}

export type Stmt =
  | { readonly kind: 'expr'; readonly expr: Expr; readonly span: Span }
  | { readonly kind: 'declare'; readonly declarators: readonly Declarator[]; readonly isStatic: boolean; readonly span: Span }
  | { readonly kind: 'if'; readonly condition: Expr; readonly then: Stmt; readonly otherwise: Stmt | undefined; readonly span: Span }
  | { readonly kind: 'while'; readonly condition: Expr; readonly body: Stmt; readonly span: Span }
  | { readonly kind: 'doWhile'; readonly body: Stmt; readonly condition: Expr; readonly span: Span }
  | { readonly kind: 'for'; readonly init: Stmt | undefined; readonly condition: Expr | undefined; readonly step: Expr | undefined; readonly body: Stmt; readonly span: Span }
  /** A loop made by a macro: `list_for_each_entry(vma, head, list) body`. */
  | { readonly kind: 'iterate'; readonly macro: string; readonly args: readonly Expr[]; readonly body: Stmt; readonly span: Span }
  /**
   * `guard(class)(args);` (`body` undefined: to the end of the block), `scoped_guard(class, args) body`, or
   * `scoped_cond_guard(class, otherwise, args) body`, which does `otherwise` where it does not get the lock.
   */
  | { readonly kind: 'guard'; readonly lockClass: string; readonly args: readonly Expr[]; readonly body: Stmt | undefined; readonly otherwise?: readonly Stmt[]; readonly span: Span }
  | { readonly kind: 'switch'; readonly value: Expr; readonly body: Stmt; readonly span: Span }
  /** `case low ... high:` has `high`; `default:` has neither. */
  | { readonly kind: 'case'; readonly low: Expr | undefined; readonly high: Expr | undefined; readonly span: Span }
  | { readonly kind: 'label'; readonly name: string; readonly span: Span }
  | { readonly kind: 'goto'; readonly label: string; readonly span: Span }
  /** `goto *p`; `labels` are those whose address the function is seen to take. */
  | { readonly kind: 'computedGoto'; readonly labels: readonly string[]; readonly span: Span }
  /** `asm goto`: on, or to one of the labels that it lists. */
  | { readonly kind: 'asmGoto'; readonly labels: readonly string[]; readonly span: Span }
  | { readonly kind: 'return'; readonly value: Expr | undefined; readonly span: Span }
  | { readonly kind: 'break'; readonly span: Span }
  | { readonly kind: 'continue'; readonly span: Span }
  | { readonly kind: 'block'; readonly body: readonly Stmt[]; readonly span: Span }
  | { readonly kind: 'empty'; readonly span: Span }
  | { readonly kind: 'unknown'; readonly reason: string; readonly span: Span };

export interface Param {
  readonly name: string;
  readonly type: TypeName;
  readonly span: Span;
}

/** A sparse attribute after a function's parameter list: `__releases(vmf->ptl)`. */
export interface Annotation {
  readonly macro: string;
  /** The argument's text as written, or '' where there is none. */
  readonly argument: string;
  readonly argumentExpr: Expr | undefined;
  readonly span: Span;
}

export interface FunctionDef {
  readonly name: string;
  readonly nameSpan: Span;
  readonly returnType: TypeName;
  readonly params: readonly Param[];
  readonly isStatic: boolean;
  readonly annotations: readonly Annotation[];
  readonly body: Stmt & { kind: 'block' };
  /** The whole definition, from its first specifier to its closing brace. */
  readonly span: Span;
  /** Places inside that did not parse; no finding may rest on them. */
  readonly unparsed: readonly Span[];
}

/** A file-scope initialised struct: `static struct vm_operations_struct ops = { .fault = f };` */
export interface StructInit {
  readonly structName: string;
  readonly variable: string;
  /** Designated (or old-style `field:`) entries whose value is a plain or `&`-prefixed name. */
  readonly fields: ReadonlyMap<string, string>;
  readonly span: Span;
}

/** `#define NAME body` without parameters, or with (`params` set). Bodies keep their source text. */
export interface MacroDef {
  readonly name: string;
  readonly params: readonly string[] | undefined;
  readonly body: string;
  readonly span: Span;
}

/** All that later layers ask of one file. */
export interface FileSyntax {
  readonly path: string;
  readonly functions: readonly FunctionDef[];
  readonly structInits: readonly StructInit[];
  readonly macros: readonly MacroDef[];
  /** Enumerator names in order with their value expressions, as `{ name, value }`. */
  readonly enumerators: readonly { readonly name: string; readonly value: Expr | undefined; readonly span: Span }[];
  /** Regions that did not parse, anywhere in the file. */
  readonly unparsed: readonly Span[];
}
