/** Damages texts: what editing, merging and bad disks do to C, and a few things that only malice does. */

/** A generator of numbers in [0, 1) that a seed decides (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const TOKENS = [
  '{', '}', '(', ')', '[', ']', ';', ',', ':', '?', '*', '=', '&&', '||', '!', '...', '.', '->', '#', '##', '\\\n', '\n', '\r\n', '\t', '\0', '\ud800', '\udc00', 'é', '😀',
  '/*', '*/', '//', '"', "'", '\n#if A\n', '\n#else\n', '\n#elif B\n', '\n#endif\n', '\n#if 0\n', '\n#define M(x) ', '\n#include <a.h>\n',
  'if (a) ', 'else ', 'do ', 'while (a) ', 'for (;;) ', 'switch (a) ', 'case 1: ', 'case 1 ... 2: ', 'default: ', 'return ', 'goto l; ', 'goto *p; ', 'l: ', 'break; ', 'continue; ',
  'asm("") ', 'asm goto("" : : : : l); ', 'typeof(a) ', 'sizeof ', '__attribute__((x)) ', '__init ', 'static ', 'struct s ', 'enum e ', 'union u ', 'int ', 'a ', 'f(', '1 ', '"s" ',
  'list_for_each(p, h) ', 'guard(mutex)(&m); ', 'scoped_guard(mutex, &m) ', 'scoped_cond_guard(mutex_intr, return, &m) ', '__free(kfree) ', '({ ', '; })', 'BUG(); ', 'likely(', 'MACRO(x) ', 'int g(void)\n{\n', '\n}\n',
];

/** The longest text that mutation makes; long texts find little and cost much. */
const MAX_LENGTH = 6_000;

export function mutate(text: string, other: string, random: () => number): string {
  let result = text;
  const rounds = 1 + Math.floor(random() * 6);
  for (let round = 0; round < rounds; round++) result = mutateOnce(result, other, random);
  return result.slice(0, MAX_LENGTH);
}

function mutateOnce(text: string, other: string, random: () => number): string {
  const below = (limit: number): number => Math.floor(random() * limit);
  const at = below(text.length + 1);
  const length = 1 + below(random() < 0.8 ? 12 : 300);
  const piece = text.slice(at, at + length);
  switch (below(9)) {
    case 0:
      return text.slice(0, at) + text.slice(at + length);
    case 1:
    case 2:
    case 3:
      return text.slice(0, at) + TOKENS[below(TOKENS.length)]! + text.slice(at);
    case 4:
      return text.slice(0, at) + piece.repeat(2 + below(4)) + text.slice(at + length);
    case 5: {
      const from = below(other.length + 1);
      return text.slice(0, at) + other.slice(from, from + length * 4) + text.slice(at);
    }
    case 6: {
      const to = below(text.length + 1);
      const rest = text.slice(0, at) + text.slice(at + length);
      return rest.slice(0, to) + piece + rest.slice(to);
    }
    case 7:
      return text.slice(0, at) + String.fromCharCode(below(random() < 0.5 ? 128 : 65_536)) + text.slice(at + 1);
    default:
      return text.slice(0, at) + TOKENS[below(TOKENS.length)]! + text.slice(at + length);
  }
}
