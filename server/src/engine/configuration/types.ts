/** What `.faultline.json` comes to: declarations, or problems with their places. */

import type { Declarations } from '../../ops/declared.ts';

export const configurationName = '.faultline.json';

/** Lines and columns are 1-based. */
export interface ConfigurationProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** Where in the JSON: `functions.my_lock.takes`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
}

/** Either all of a file's declarations or, where anything is wrong with it, none and why. */
export interface Configuration {
  readonly file: string;
  readonly declarations: Declarations;
  readonly problems: readonly ConfigurationProblem[];
}
