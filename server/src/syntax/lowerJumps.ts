/** Jumps that no plain `goto` is: where `asm goto` may go, and which labels a function takes the address of. */

import type { LowerContext } from './lowerContext.ts';
import type { RawNode } from './nodes.ts';

/** `asm volatile goto(`, and the kernel's macros for it. */
const ASM_GOTO = /^(?:asm|__asm|__asm__|asm_inline)(?:\s+\w+)*\s+goto\b|^asm_(?:volatile_goto|goto_output)\b/;
const STRING_OR_COMMENT = /"(?:[^"\\]|\\[^])*"|\/\*[^]*?\*\/|\/\/[^\n]*/g;
/** Template, outputs, inputs, clobbers, labels. */
const LABELS = 4;

/** The labels of an `asm goto` as written; none where the text is another statement. */
export function asmLabels(text: string): string[] {
  if (!ASM_GOTO.test(text)) return [];
  const bare = text.replace(STRING_OR_COMMENT, ' ');
  let section = 0;
  let labels = '';
  let depth = 0;
  for (const char of bare.slice(bare.indexOf('(') + 1)) {
    if (char === '(' || char === '[') depth++;
    else if (char === ')' || char === ']') depth--;
    if (depth < 0) break;
    if (char === ':' && depth === 0) section++;
    else if (section === LABELS) labels += char;
  }
  return labels.match(/\w+/g) ?? [];
}

/** `&&label`, which the rewrite makes ` &label`. */
export function isLabelAddress(ctx: LowerContext, node: RawNode): boolean {
  return ctx.original.startsWith('&&', node.start - 1) && ctx.parsed.startsWith(' &', node.start - 1);
}
