/** Says what is wrong with the `.faultline.json` files that answers would have rested on. */

import { configurationProblemText } from '../engine/configuration/read.ts';
import type { Engine } from '../engine/types.ts';
import { complain, displayPath } from './output.ts';

/** Whether a file is read as its workspace wants; where not, standard error says so, once for each configuration. */
export class ConfigurationCheck {
  private readonly seen = new Map<string, boolean>();

  constructor(private readonly engine: Engine, private readonly kernel: string | undefined) {}

  isGood(file: string): boolean {
    const configuration = this.engine.configurationFor(file, this.kernel);
    if (!configuration) return true;
    const known = this.seen.get(configuration.file);
    if (known !== undefined) return known;
    const isGood = configuration.problems.length === 0;
    this.seen.set(configuration.file, isGood);
    const shown = displayPath(configuration.file);
    for (const problem of configuration.problems) complain(configurationProblemText({ ...problem, file: shown }));
    if (!isGood) complain(`${shown} is left out; the built-in vocabulary is used alone`);
    return isGood;
  }
}
