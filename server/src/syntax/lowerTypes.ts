/**
 * Types as the analysis wants them: base name, pointer depth, arrayness. From a type written as
 * text, and from a tree's specifier and declarator. Qualifiers, storage classes and attributes go;
 * a function pointer is its result type with its stars counted.
 */

import type { Param, TypeName } from './ast.ts';
import { isWholeWord, sliceOf, spanOf, type LowerContext } from './lowerContext.ts';
import { childOf, namedParts, soundChildren, type RawNode } from './nodes.ts';

const PRIMITIVES: ReadonlySet<string> = new Set([
  'void', 'char', 'short', 'int', 'long', 'float', 'double', 'signed', 'unsigned', '_Bool', 'bool', '__signed__',
]);
const QUALIFIERS: ReadonlySet<string> = new Set([
  'const', 'volatile', 'restrict', '__restrict', '__restrict__', '_Atomic', '__const', '__volatile__', '__extension__',
  'static', 'extern', 'register', 'inline', '__inline', '__inline__', 'auto',
]);
const TAGS: ReadonlySet<string> = new Set(['struct', 'union', 'enum']);
const TYPE_NODES: ReadonlySet<string> = new Set([
  'primitive_type', 'sized_type_specifier', 'type_identifier', 'struct_specifier', 'union_specifier', 'enum_specifier',
  'macro_type_specifier',
]);
const DECLARATOR_NODES: ReadonlySet<string> = new Set([
  'identifier', 'field_identifier', 'pointer_declarator', 'array_declarator', 'function_declarator',
  'parenthesized_declarator', 'attributed_declarator', 'init_declarator',
  'abstract_pointer_declarator', 'abstract_array_declarator', 'abstract_function_declarator',
  'abstract_parenthesized_declarator',
]);

/** `struct`, `union` or `enum`. */
export function isTag(text: string): boolean {
  return TAGS.has(text);
}

/** Whether text that stands where an expression is expected is a type: `struct page *`, `int`. */
export function isTypeText(text: string): boolean {
  return PRIMITIVES.has(text) || (/^[A-Za-z_]/.test(text) && !/^[\w$]+$/.test(text));
}

/** A type written as text: `const struct page __user **` is `{ base: 'struct page', pointers: 2 }`. */
export function typeFromText(text: string): TypeName {
  const source = text.replace(/\/\*[\s\S]*?\*\//g, ' ').trim();
  const typeOf = /^(?:const\s+)?(?:__)?typeof(?:__|_unqual)?\s*\(/.exec(source);
  const split = typeOf ? closingParen(source, typeOf[0].length - 1) + 1 : 0;
  const rest = source.slice(split);
  return {
    base: split > 0 ? source.slice(0, split) : baseOfWords(rest.replace(/\([\s\S]*/, '').match(/\w+/g) ?? []),
    pointers: rest.split('*').length - 1,
    isArray: rest.includes('['),
  };
}

function closingParen(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '(') depth++;
    else if (text[at] === ')' && --depth === 0) return at;
  }
  return text.length - 1;
}

function baseOfWords(words: readonly string[]): string {
  const kept = words.filter((word) => !QUALIFIERS.has(word));
  const tag = kept.findIndex((word) => TAGS.has(word));
  if (tag >= 0) return kept.slice(tag, tag + 2).join(' ');
  const primitives = kept.filter((word) => PRIMITIVES.has(word));
  return primitives.length > 0 ? primitives.join(' ') : (kept[0] ?? '');
}

/** The specifier's node among a declaration's children. */
export function typeNodeOf(declaration: RawNode): RawNode | undefined {
  return declaration.children.find((child) => TYPE_NODES.has(child.type));
}

/** The declarators among a declaration's children, `init_declarator` included. */
export function declaratorsOf(declaration: RawNode): RawNode[] {
  return declaration.children.filter((child) => DECLARATOR_NODES.has(child.type));
}

/** The base name of a specifier: `struct page`, `unsigned long`, `typeof(x)`; '' for none. */
export function baseName(ctx: LowerContext, specifier: RawNode | undefined): string {
  if (!specifier) return '';
  const keyword = specifier.children[0];
  if (keyword && TAGS.has(keyword.type)) {
    const name = childOf(specifier, 'type_identifier');
    return name ? `${keyword.type} ${sliceOf(ctx, name)}` : keyword.type;
  }
  // `SYSCALL_DEFINE3(…)` is read as `long …(…)`: there the source has no such word.
  const written = sliceOf(ctx, specifier);
  const parsed = ctx.parsed.slice(specifier.start, specifier.end);
  const isWrittenIn = !isWholeWord(ctx, specifier) || (specifier.type === 'primitive_type' && written !== parsed);
  return typeFromText(isWrittenIn ? parsed : written).base;
}

/** What a declarator adds to its specifier, and the name that it declares. */
export interface DeclaratorShape {
  readonly name: RawNode | undefined;
  readonly pointers: number;
  readonly isArray: boolean;
  /** The name itself is a function, not a pointer to one. */
  readonly isFunction: boolean;
  /** The parameter list next to the name: a function's own, not that of what it returns. */
  readonly parameters: RawNode | undefined;
  /** Where the outermost parameter list ends; 0 where there is none. */
  readonly parametersEnd: number;
}

/** Walks a declarator from the outside to its name. */
export function shapeOf(declarator: RawNode): DeclaratorShape {
  let pointers = 0;
  let isArray = false;
  let isFunction = false;
  let parameters: RawNode | undefined;
  let parametersEnd = 0;
  let at: RawNode | undefined = declarator;
  while (at && at.children.length > 0) {
    if (at.type.endsWith('pointer_declarator')) pointers++;
    if (at.type.endsWith('array_declarator')) isArray = true;
    if (!at.type.endsWith('parenthesized_declarator')) isFunction = at.type.endsWith('function_declarator');
    if (at.type.endsWith('function_declarator')) parameters = childOf(at, 'parameter_list');
    parametersEnd = Math.max(parametersEnd, parameters?.end ?? 0);
    at = innerDeclarator(at);
  }
  return { name: at, pointers, isArray, isFunction, parameters, parametersEnd };
}

function innerDeclarator(declarator: RawNode): RawNode | undefined {
  const isAbstract = declarator.type.startsWith('abstract_');
  return soundChildren(declarator).find((child) =>
    isAbstract ? child.type.startsWith('abstract_') : DECLARATOR_NODES.has(child.type) || TYPE_NODES.has(child.type),
  );
}

/** The type of one declared name. */
export function declaredType(base: string, shape: DeclaratorShape): TypeName {
  return { base, pointers: shape.pointers, isArray: shape.isArray };
}

/** A `type_descriptor` (in casts, `sizeof`, compound literals). */
export function typeFromDescriptor(ctx: LowerContext, descriptor: RawNode): TypeName {
  const base = baseName(ctx, typeNodeOf(descriptor));
  const declarator = declaratorsOf(descriptor)[0];
  if (base === '') return typeFromText(sliceOf(ctx, descriptor));
  return declarator ? declaredType(base, shapeOf(declarator)) : { base, pointers: 0, isArray: false };
}

/** The parameters of a list; `(void)` and `...` give none, an unnamed one has the name ''. */
export function paramsOf(ctx: LowerContext, list: RawNode | undefined): Param[] {
  const parts = list ? namedParts(list).filter((part) => part.type !== 'variadic_parameter') : [];
  const params = parts.map((part) => paramOf(ctx, part));
  const only = params[0];
  const isVoid = params.length === 1 && only?.name === '' && only.type.base === 'void' && only.type.pointers === 0;
  return isVoid ? [] : params;
}

function paramOf(ctx: LowerContext, node: RawNode): Param {
  const span = spanOf(ctx, node);
  // A bare identifier is a parameter of an old-style definition; its declaration follows the list.
  if (node.type === 'identifier') return { name: sliceOf(ctx, node), type: { base: 'int', pointers: 0, isArray: false }, span };
  const base = baseName(ctx, typeNodeOf(node));
  const declarator = declaratorsOf(node)[0];
  if (!declarator) return { name: '', type: { base, pointers: 0, isArray: false }, span };
  const shape = shapeOf(declarator);
  const name = shape.name?.type === 'identifier' ? sliceOf(ctx, shape.name) : parenthesizedName(sliceOf(ctx, node));
  return { name, type: declaredType(base, shape), span };
}

/** The name in `void (fn)(struct page *)`, where the grammar sees an unnamed function of `fn`. */
function parenthesizedName(param: string): string {
  return /^[^()]*\(\s*(\w+)\s*\)/.exec(param)?.[1] ?? '';
}
