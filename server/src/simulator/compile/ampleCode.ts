/** The part of the generated `expand` that tries to run one thread alone. */

import { finished, type Prepared } from '../prepare.ts';

/**
 * Code that returns from `expand` where an ample set was found: `c0`, `c1`, … are the locations, and
 * `fresh` is set by `commit` for a successor that has not been expanded. Otherwise `alone` is the
 * thread whose successors are already known, or -1.
 */
export function expandAlone({ threads }: Prepared): readonly string[] {
  return [
    'let alone = -1;',
    ...threads.flatMap((_, i) => {
      const others = threads.flatMap((other, j) => (i === j ? [] : [`ample.independent[${i}][${j}][c${i} * ${other.locationCount} + c${j}] !== 0`]));
      return [
        `if (alone < 0 && c${i} !== ${finished} && ${[`ample.mayBeAlone[${i}][c${i}]`, ...others].join(' && ')}) {`,
        'fresh = false;',
        `taken = T${i}[c${i}](state);`,
        'if (taken > 0 && fresh) return taken;',
        `if (taken > 0) alone = ${i};`,
        '}',
      ];
    }),
  ];
}
