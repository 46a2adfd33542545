/**
 * How the front end's time grows with the length of hostile texts: CPU seconds at half and at full
 * length, and their ratio (2 is linear, 4 the square), on both parser backends.
 *
 *     npx tsx test/bench/hostile.ts [NAME]
 */

import { pathToFileURL } from 'node:url';
import { buildCfg } from '../../server/src/cfg/build.ts';
import { noreturnCalls, transparentCalls } from '../../server/src/ops/vocabulary.ts';
import { parseFile } from '../../server/src/syntax/parseFile.ts';
import type { SyntaxParser } from '../../server/src/syntax/parser.ts';
import { hostileTexts } from '../fuzz/hostile.ts';
import { testParser } from '../unit/syntax/testParser.ts';

/** Below this the clock and the collector decide the ratio. */
const TOO_SHORT_MS = 200;

export async function benchHostile(only = '', scale = 1): Promise<void> {
  console.log(`${'text'.padEnd(34)} ${'backend'.padEnd(8)} ${'MB'.padStart(6)} ${'half s'.padStart(8)} ${'full s'.padStart(8)}  growth`);
  for (const [name, make] of hostileTexts.filter(([each]) => each.includes(only))) {
    for (const backend of ['native', 'wasm'] as const) {
      const parser = await testParser(backend);
      const half = cpuOf(make(scale / 2), parser);
      const text = make(scale);
      const full = cpuOf(text, parser);
      const growth = full < TOO_SHORT_MS ? '-' : (full / half).toFixed(1);
      console.log(`${name.padEnd(34)} ${backend.padEnd(8)} ${(text.length / 1e6).toFixed(1).padStart(6)} ${seconds(half)} ${seconds(full)}  ${growth}`);
    }
  }
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(2).padStart(8);
}

/** Milliseconds of CPU for rewrite, parse, lowering and graphs. */
function cpuOf(text: string, parser: SyntaxParser): number {
  const before = process.cpuUsage();
  for (const fn of parseFile('f.c', text, parser).functions) buildCfg(fn, { transparent: transparentCalls, noreturn: noreturnCalls });
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await benchHostile(process.argv[2], Number(process.argv[3] ?? 1));
