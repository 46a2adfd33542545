/** Values of object-like macros and enumerators, by evaluating their expressions. */

import type { Expr, FileSyntax } from '../syntax/ast.ts';
import { parseExpressionText } from '../syntax/parseFile.ts';
import type { SyntaxParser } from '../syntax/parser.ts';
import { applyBinary, applyUnary } from '../model/values.ts';

/** Chains of macros end after so many names; a cycle of definitions has no value. */
const maxDepth = 16;

/** The integer that `name` stands for, or undefined where its definition is missing or not constant. */
export function constantOf(name: string, files: readonly FileSyntax[], parser: SyntaxParser, depth = 0): number | undefined {
  if (depth > maxDepth) return undefined;
  const expr = definitionOf(name, files, parser);
  return expr ? valueOf(expr, files, parser, depth) : undefined;
}

function definitionOf(name: string, files: readonly FileSyntax[], parser: SyntaxParser): Expr | undefined {
  for (const file of files) {
    const macro = file.macros.find((each) => each.name === name && !each.params);
    if (macro) return parseExpressionText(macro.body.replace(/\/\*[\s\S]*?(\*\/|$)|\/\/.*$|\\\n|__force\b/g, ' '), parser);
    const enumerator = file.enumerators.find((each) => each.name === name);
    if (enumerator?.value) return enumerator.value;
  }
  return undefined;
}

function valueOf(expr: Expr, files: readonly FileSyntax[], parser: SyntaxParser, depth: number): number | undefined {
  switch (expr.kind) {
    case 'number':
      return expr.value === undefined ? undefined : expr.value | 0;
    case 'name':
      return constantOf(expr.name, files, parser, depth + 1);
    case 'cast':
      return valueOf(expr.operand, files, parser, depth);
    case 'unary': {
      const operand = valueOf(expr.operand, files, parser, depth);
      if (operand === undefined || (expr.op !== '-' && expr.op !== '~' && expr.op !== '!')) return undefined;
      return applyUnary(expr.op, operand);
    }
    case 'binary': {
      const left = valueOf(expr.left, files, parser, depth);
      const right = valueOf(expr.right, files, parser, depth);
      if (left === undefined || right === undefined || expr.op === '/' || expr.op === '%') return undefined;
      return applyBinary(expr.op, left, right);
    }
    default:
      return undefined;
  }
}
