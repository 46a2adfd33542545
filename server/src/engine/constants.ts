/**
 * Values of object-like macros and enumerators, by evaluating their expressions. Headers are read by
 * line, not parsed: only the few names that the fault interface is made of are asked for.
 */

import type { Expr, FileSyntax } from '../syntax/ast.ts';
import { parseExpressionText } from '../syntax/parseFile.ts';
import type { SyntaxParser } from '../syntax/parser.ts';
import { applyBinary, applyUnary } from '../model/values.ts';

/** Chains of macros end after so many names; a cycle of definitions has no value. */
const maxDepth = 16;

/** Where a name's defining expression comes from. */
export type Definitions = (name: string) => Expr | undefined;

/** The integer that `name` stands for, or undefined where its definition is missing or not constant. */
export function constantOf(name: string, definitions: Definitions, depth = 0): number | undefined {
  if (depth > maxDepth) return undefined;
  const expr = definitions(name);
  return expr ? valueOf(expr, definitions, depth) : undefined;
}

/** Macros and enumerators of a parsed file, whose text is `text`. */
export function definitionsOf(file: FileSyntax, text: string, parser: SyntaxParser): Definitions {
  return (name) => {
    const macro = file.macros.find((each) => each.name === name && !each.params);
    if (macro) return parseBody(macro.body, parser);
    const enumerator = file.enumerators.find((each) => each.name === name);
    if (!enumerator) return undefined;
    const counted = enumerator.value ? undefined : countedEnumerators(text).get(name);
    return counted === undefined ? enumerator.value : parseBody(counted, parser);
  };
}

const enumeration = /\benum\b[ \t\w]*\{([^{}#]*)\}/g;
const enumerator = /^\s*(\w+)\s*(=[\s\S]*)?$/;

/** Enumerators that say no value: one more than the one before. Enumerations with conditionals are left alone. */
function countedEnumerators(text: string): ReadonlyMap<string, string> {
  const bodies = new Map<string, string>();
  for (const [, items] of withoutComments(text).matchAll(enumeration)) {
    let before: string | undefined;
    for (const item of items!.split(',')) {
      const [, name, value] = enumerator.exec(item) ?? [];
      // A comma inside an expression: what follows is not counted.
      if (name === undefined) break;
      if (value === undefined && !bodies.has(name)) bodies.set(name, before === undefined ? '0' : `${before} + 1`);
      before = name;
    }
  }
  return bodies;
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?(\*\/|$)|\/\/.*$/gm, ' ');
}

const macroLine = /^[ \t]*#[ \t]*define[ \t]+(\w+)[ \t]+((?:[^\n\\]|\\\r?\n|\\.)+)$/gm;
const enumeratorLine = /^[ \t]*([A-Z]\w+)[ \t]*=[ \t]*([^,\n]+),/gm;

/** Definitions in header texts; of several for one name the first counts. */
export function definitionsInTexts(texts: readonly string[], parser: SyntaxParser): Definitions {
  const bodies = new Map<string, string>();
  for (const text of texts) {
    for (const pattern of [macroLine, enumeratorLine]) {
      for (const [, name, body] of text.matchAll(pattern)) if (name !== undefined && body !== undefined && !bodies.has(name)) bodies.set(name, body);
    }
  }
  for (const text of texts) for (const [name, body] of countedEnumerators(text)) if (!bodies.has(name)) bodies.set(name, body);
  return (name) => {
    const body = bodies.get(name);
    return body === undefined ? undefined : parseBody(body, parser);
  };
}

function parseBody(body: string, parser: SyntaxParser): Expr | undefined {
  return parseExpressionText(body.replace(/\/\*[\s\S]*?(\*\/|$)|\/\/.*$|\\\r?\n|__force\b/g, ' '), parser);
}

function valueOf(expr: Expr, definitions: Definitions, depth: number): number | undefined {
  switch (expr.kind) {
    case 'number':
      return expr.value === undefined ? undefined : expr.value | 0;
    case 'name':
      return constantOf(expr.name, definitions, depth + 1);
    case 'cast':
      return valueOf(expr.operand, definitions, depth);
    case 'unary': {
      const operand = valueOf(expr.operand, definitions, depth);
      if (operand === undefined || (expr.op !== '-' && expr.op !== '~' && expr.op !== '!')) return undefined;
      return applyUnary(expr.op, operand);
    }
    case 'binary': {
      const left = valueOf(expr.left, definitions, depth);
      const right = valueOf(expr.right, definitions, depth);
      if (left === undefined || right === undefined || expr.op === '/' || expr.op === '%') return undefined;
      return applyBinary(expr.op, left, right);
    }
    default:
      return undefined;
  }
}
