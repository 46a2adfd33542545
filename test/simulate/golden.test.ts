/**
 * One fault function with what every stage makes of it. `UPDATE_GOLDEN=1` writes the files anew;
 * their diff is to be read like any other. ARCHITECTURE.md follows the same function.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildCfg } from '../../server/src/cfg/build.ts';
import { printCfg } from '../../server/src/cfg/print.ts';
import { createEngine } from '../../server/src/engine/engine.ts';
import { renderDiagrams, renderRegions, renderSimulation } from '../../server/src/engine/text.ts';
import { noreturnCalls, transparentCalls } from '../../server/src/ops/vocabulary.ts';
import { parseFile } from '../../server/src/syntax/parseFile.ts';
import { testParser } from '../unit/syntax/testParser.ts';
import { simulateDefaults } from './run.ts';
import { Sources } from './sources.ts';

const directory = join(import.meta.dirname, 'golden');
const input = readFileSync(join(directory, 'input.c'), 'utf8');
const file = '/tree/fault.c';
const name = 'map_page';

function compare(golden: string, actual: string): void {
  const path = join(directory, golden);
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, actual);
  expect(actual).toBe(readFileSync(path, 'utf8'));
}

const parser = await testParser();
// A clock that stands still: times are no part of the answer.
const engine = createEngine({ files: Sources.of({ 'fault.c': input }), now: () => 0 }, parser);

describe('one function through every stage', () => {
  it('control-flow graph', () => {
    const [fn] = parseFile(file, input, parser, {}).functions;
    compare('cfg.txt', printCfg(buildCfg(fn!, { transparent: transparentCalls, noreturn: noreturnCalls }), input));
  });

  it('lock regions', () => compare('regions.txt', renderRegions(engine.regions(file, name))));

  it('extracted program', () => compare('program.txt', engine.protocol(file, name, { ...simulateDefaults, access: ['read'], mapping: ['shared'] })));

  it('verdicts and counterexample', () => {
    const report = engine.simulate(file, name, { ...simulateDefaults, memory: 'weak', access: ['read'], mapping: ['shared'] });
    compare('simulation.txt', renderSimulation(report));
    compare('diagram.txt', renderDiagrams(report.scenarios));
  });
});
