/** `cfg`: the control-flow graph of one function, as text or for Graphviz. */

import type { Command } from 'commander';
import { cfgToDot } from '../cfg/dot.ts';
import { printCfg } from '../cfg/print.ts';
import type { FunctionGraph } from '../engine/types.ts';
import { options, parseTarget, requireFunction, type CommonFlags } from './arguments.ts';
import { openEngine } from './openEngine.ts';
import { displayPath, print } from './output.ts';

export function addCfg(program: Command): void {
  program
    .command('cfg')
    .description('the control-flow graph of a function')
    .argument('<file:function>')
    .addOption(options.format('text', 'dot'))
    .action(async (text: string, flags: Pick<CommonFlags, 'format'>) => {
      const target = parseTarget(text);
      const name = requireFunction(target, text);
      print(renderGraph((await openEngine()).graph(target.file, name), flags.format));
    });
}

function renderGraph({ cfg, lines, file }: FunctionGraph, format: string): string {
  const shown = displayPath(file);
  return format === 'dot' ? cfgToDot(cfg, { source: lines, file: shown }) : printCfg(cfg, lines, shown);
}
