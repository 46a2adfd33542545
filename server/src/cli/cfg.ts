/** `cfg`: the control-flow graph of one function, as text or for Graphviz. */

import type { Command } from 'commander';
import { cfgToDot } from '../cfg/dot.ts';
import { printCfg } from '../cfg/print.ts';
import { choiceSentence } from '../engine/definitions.ts';
import type { FunctionGraph } from '../engine/types.ts';
import { options, parseTarget, requireFunction, type CommonFlags } from './arguments.ts';
import { withKernelConfig, type KernelConfigFlags } from './kernelConfig.ts';
import { openEngine } from './openEngine.ts';
import { complain, displayPath, print } from './output.ts';

export function addCfg(program: Command): void {
  withKernelConfig(program.command('cfg'))
    .description('the control-flow graph of a function')
    .argument('<file:function>')
    .addOption(options.format('text', 'dot'))
    .action(async (text: string, flags: Pick<CommonFlags, 'format'> & KernelConfigFlags) => {
      const target = parseTarget(text);
      const which = requireFunction(target, text);
      print(renderGraph((await openEngine(flags)).graph(target.file, which), flags.format));
    });
}

/** In text the branches that were not read follow; a graph to be drawn has no place for them. */
function renderGraph({ cfg, lines, file, unread, choice }: FunctionGraph, format: string): string {
  const shown = displayPath(file);
  if (choice) complain(choiceSentence(shown, cfg.functionName, choice));
  if (format === 'dot') return cfgToDot(cfg, { source: lines, file: shown });
  const left = unread.map(({ startLine, endLine, directive }) => `not read: ${shown}:${startLine}-${endLine} (${directive})\n`);
  return printCfg(cfg, lines, shown) + left.join('');
}
