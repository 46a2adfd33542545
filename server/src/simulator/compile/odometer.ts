/**
 * Runs a transition once for each combination of its free choices: the code asks `pick` at every
 * choice, and is run again until `next` says that all combinations have been seen.
 */
export class Odometer {
  private digits = new Int32Array(16);
  private radices = new Int32Array(16);
  /** Choices of this run; and how many of them have been asked for. */
  private count = 0;
  private position = 0;

  start(): void {
    this.count = 0;
    this.position = 0;
  }

  /** A number below `count` (which is at least 1) for this run. */
  pick(count: number): number {
    if (count === 1) return 0;
    const at = this.position++;
    if (at < this.count) return this.digits[at]!;
    if (at === this.digits.length) this.grow();
    this.digits[at] = 0;
    this.radices[at] = count;
    this.count++;
    return 0;
  }

  /** Moves on to the next combination; false when there is none. */
  next(): boolean {
    this.position = 0;
    while (this.count > 0) {
      const last = this.count - 1;
      this.digits[last]!++;
      if (this.digits[last]! < this.radices[last]!) return true;
      this.count = last;
    }
    return false;
  }

  private grow(): void {
    const [digits, radices] = [this.digits, this.radices].map((old) => {
      const grown = new Int32Array(2 * old.length);
      grown.set(old);
      return grown;
    });
    this.digits = digits!;
    this.radices = radices!;
  }
}
