/** Which code of the front end ran, from V8's own block counts: what tells a new text from one more of the same. */

import { Session } from 'node:inspector';

interface ScriptCoverage {
  readonly url: string;
  readonly functions: readonly { readonly ranges: readonly { readonly startOffset: number; readonly endOffset: number; readonly count: number }[] }[];
}

const MEASURED = /server\/src\/(?:syntax|cfg)\//;

export class Coverage {
  private readonly session = new Session();
  private readonly seen = new Set<string>();

  constructor() {
    this.session.connect();
    this.session.post('Profiler.enable');
    this.session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  get blocks(): number {
    return this.seen.size;
  }

  /** How many blocks ran since the last call that never ran before. */
  takeNew(): number {
    const before = this.seen.size;
    this.session.post('Profiler.takePreciseCoverage', (_error: Error | null, answer: unknown) => {
      const { result } = answer as { readonly result: readonly ScriptCoverage[] };
      for (const script of result) if (MEASURED.test(script.url)) this.add(script);
    });
    return this.seen.size - before;
  }

  private add({ url, functions }: ScriptCoverage): void {
    for (const { ranges } of functions) {
      for (const { startOffset, endOffset, count } of ranges) {
        // Powers of two, as other fuzzers count: a loop that runs eight times more often is news.
        if (count > 0) this.seen.add(`${url} ${startOffset} ${endOffset} ${Math.min(8, Math.floor(Math.log2(count)))}`);
      }
    }
  }
}
