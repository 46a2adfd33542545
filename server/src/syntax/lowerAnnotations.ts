/**
 * Sparse attributes after a parameter list: `__releases(vmf->ptl)`, `__must_hold(&lock)`. They are
 * read from the source, since the rewrite blanks them and raw tree-sitter garbles their arguments.
 */

import type { Annotation } from './ast.ts';
import type { LowerContext } from './lowerContext.ts';

/** Every `word` or `word(argument)` in [start, end) of the source, comments left out. */
export function annotationsIn(ctx: LowerContext, start: number, end: number): Annotation[] {
  const text = ctx.original.slice(start, end);
  if (!/[A-Za-z_]/.test(text)) return [];
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|^[ \t]*#[^\n]*/gm, (comment) => ' '.repeat(comment.length));
  const found: Annotation[] = [];
  const word = /[A-Za-z_]\w*/g;
  for (let match = word.exec(code); match; match = word.exec(code)) {
    const after = match.index + match[0].length;
    const argument = argumentAt(code, after);
    word.lastIndex = argument?.end ?? after;
    found.push(annotation(ctx, match[0], start + match.index, start + word.lastIndex, argument && { text: argument.text, offset: start + argument.start }));
  }
  return found;
}

function annotation(
  ctx: LowerContext, macro: string, start: number, end: number, argument: { text: string; offset: number } | undefined,
): Annotation {
  return {
    macro,
    argument: argument?.text ?? '',
    argumentExpr: argument && argument.text !== '' ? ctx.parseExpression(argument.text, argument.offset + ctx.shift) : undefined,
    span: { start: start + ctx.shift, end: end + ctx.shift },
  };
}

/** The text between the parentheses that follow `from`, trimmed; undefined where none follow. */
function argumentAt(code: string, from: number): { text: string; start: number; end: number } | undefined {
  let at = from;
  while (/\s/.test(code.charAt(at))) at++;
  if (code[at] !== '(') return undefined;
  let depth = 0;
  for (let close = at; close < code.length; close++) {
    if (code[close] === '(') depth++;
    if (code[close] !== ')' || --depth > 0) continue;
    const inner = code.slice(at + 1, close);
    const lead = inner.length - inner.trimStart().length;
    return { text: inner.trim(), start: at + 1 + lead, end: close + 1 };
  }
  return undefined;
}
