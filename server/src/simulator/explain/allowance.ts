/** How far the explanation of a trace may go: it is given up rather than guessed. */

/** At most so many states are expanded between two looks at the clock. */
const pollInterval = 1024;

export class Allowance {
  private spent = 0;

  /** `isLate` is polled; it may throw. */
  constructor(private readonly states: number, private readonly isLate: () => boolean) {}

  /** Counts one more state; false where there is no more to spend. */
  spend(): boolean {
    this.spent++;
    if (this.spent > this.states) return false;
    return this.spent % pollInterval !== 0 || !this.isLate();
  }
}
