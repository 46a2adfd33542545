/**
 * Runs a transition once for each combination of its free choices: the code asks `pick` at every
 * choice, and is run again until `next` says that all combinations have been seen.
 */
export class Odometer {
  private readonly digits: number[] = [];
  private readonly radices: number[] = [];
  private position = 0;

  start(): void {
    this.digits.length = 0;
    this.radices.length = 0;
    this.position = 0;
  }

  /** A number below `count` (which is at least 1) for this run. */
  pick(count: number): number {
    if (count === 1) return 0;
    const at = this.position++;
    if (at < this.digits.length) return this.digits[at]!;
    this.digits.push(0);
    this.radices.push(count);
    return 0;
  }

  /** Moves on to the next combination; false when there is none. */
  next(): boolean {
    this.position = 0;
    while (this.digits.length > 0) {
      const last = this.digits.length - 1;
      this.digits[last] = this.digits[last]! + 1;
      if (this.digits[last] < this.radices[last]!) return true;
      this.digits.pop();
      this.radices.pop();
    }
    return false;
  }
}
