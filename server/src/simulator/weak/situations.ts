/**
 * Where all threads are, as far as it matters to `close`: two situations are one for a context where they
 * differ only in what the threads may still do with elements of which it has a single message.
 */

import type { FutureWithGuards, Histories } from './history.ts';

interface Classes {
  /** By thread and future: what its class adds to the number. */
  readonly codes: readonly Int32Array[];
}

export class Situations {
  /** By set of elements. */
  private readonly classes = new Map<number, Classes>();

  constructor(private readonly histories: Histories) {}

  /** By thread: number of its future in a situation of `arrivalCodes`. */
  futuresAt(code: number): readonly FutureWithGuards[] {
    let rest = code;
    return this.histories.futures.map((futures) => {
      const own = futures[rest % futures.length]!;
      rest = Math.floor(rest / futures.length);
      return own;
    });
  }

  /** The situation's class; `elements` is a bit set. */
  classOf(code: number, elements: number): number {
    const { codes } = this.classes.get(elements) ?? this.classify(elements);
    let rest = code;
    let number = 0;
    for (const own of codes) {
      number += own[rest % own.length]!;
      rest = Math.floor(rest / own.length);
    }
    return number;
  }

  private classify(elements: number): Classes {
    let radix = 1;
    const codes = this.histories.futures.map((futures) => {
      const numbers = new Map<string, number>();
      const own = Int32Array.from(futures, ({ actions, locks, guards }) => {
        const key = `${actions} ${locks} ${guards.filter((_, element) => (elements & (1 << element)) !== 0).join(' ')}`;
        const known = numbers.get(key) ?? numbers.size;
        numbers.set(key, known);
        return known * radix;
      });
      radix *= numbers.size;
      return own;
    });
    const classes = { codes };
    this.classes.set(elements, classes);
    return classes;
  }
}
