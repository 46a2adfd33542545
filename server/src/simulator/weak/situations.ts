/**
 * Where all threads are, as far as it matters to `close`: two situations are one for a context where they
 * differ only in what the threads may still do with elements of which it has a single message.
 */

import type { Guards } from './guards.ts';
import type { FutureWithGuards, Histories } from './history.ts';

interface Classes {
  /** By thread and future: what its class adds to the number. */
  readonly codes: readonly Int32Array[];
}

export interface Situation {
  /** By thread. */
  readonly futures: readonly FutureWithGuards[];
  readonly guards: readonly Guards[];
  /** Bit set of the locks that somebody may still take; -1 where that is not known. */
  readonly locks: number;
}

export class Situations {
  /** By set of elements. */
  private readonly classes = new Map<number, Classes>();
  private readonly known = new Map<number, Situation>();

  constructor(private readonly histories: Histories) {}

  /** The situation with that number: the sum of `arrivalCodes`. */
  at(code: number): Situation {
    const known = this.known.get(code);
    if (known) return known;
    let rest = code;
    const futures = this.histories.futures.map((all) => {
      const own = all[rest % all.length]!;
      rest = Math.floor(rest / all.length);
      return own;
    });
    const situation = { futures, guards: futures.map((each) => each.guards), locks: futures.reduce((locks, each) => locks | each.locks, 0) };
    this.known.set(code, situation);
    return situation;
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
