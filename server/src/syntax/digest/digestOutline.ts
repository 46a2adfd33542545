/**
 * The rewrite at file scope only: headers of functions and declarations are as `digest` makes them,
 * bodies keep their text. What asks only which functions a file defines needs no more, and gets it in
 * a third of the time.
 */

import { dropAttributes, matchBrackets } from './brackets.ts';
import type { ConditionalBranch } from './conditionals.ts';
import { resolveConditionals } from './conditionals.ts';
import { topLevel } from './definitions.ts';
import type { DigestOptions } from './digest.ts';
import { Draft, WORK_TOP_LEVEL } from './draft.ts';
import { sourceOf, tokenize, withoutNulls } from './tokens.ts';
import { kernelWords } from './words.ts';

export interface DigestOutline {
  readonly text: string;
  readonly conditionals: readonly ConditionalBranch[];
  /** Offset of the bracket that closes the one at `offset`; -1 where it has none. Ask in ascending order. */
  closingOf(offset: number): number;
}

export function digestOutline(given: string, options: DigestOptions = {}): DigestOutline {
  const text = withoutNulls(given);
  const source = sourceOf(text);
  const draft = new Draft(text, source, tokenize(source.bytes, options.words ?? kernelWords()));
  const { dead, branches, isMatched } = resolveConditionals(draft, options);
  if (!isMatched) matchBrackets(draft, dead);
  dropAttributes(draft);
  topLevel(draft, 0, draft.count);
  for (let work = draft.takeWork(); work; work = draft.takeWork()) if (work.kind === WORK_TOP_LEVEL) topLevel(draft, work.from, work.to);
  return { text: draft.finish(), conditionals: branches, closingOf: closingIn(draft) };
}

function closingIn(draft: Draft): (offset: number) => number {
  let t = 0;
  return (offset) => {
    while (t < draft.count && draft.start(t) < offset) t++;
    const close = t < draft.count && draft.start(t) === offset ? draft.match[t]! : -1;
    return close < 0 ? -1 : draft.start(close);
  };
}
