/**
 * Texts that no person writes, a twentieth as long as `test/bench/hostile.ts` has them: on both parser
 * backends they end, and what they give is whole. Times are not looked at; they depend on the machine.
 */

import { describe, expect, test } from 'vitest';
import { buildCfg } from '../../server/src/cfg/build.ts';
import { noreturnCalls, transparentCalls } from '../../server/src/ops/vocabulary.ts';
import { parseFile } from '../../server/src/syntax/parseFile.ts';
import { testParser } from '../unit/syntax/testParser.ts';
import { brokenPromise } from './cfgInvariants.ts';
import { hostileTexts } from './hostile.ts';

describe.each(['native', 'wasm'] as const)('%s', (backend) => {
  test.each(hostileTexts.map(([name, make]) => [name, make] as const))('%s', async (_name, make) => {
    const parser = await testParser(backend);
    const file = parseFile('f.c', make(0.05), parser);
    for (const fn of file.functions) {
      const cfg = buildCfg(fn, { transparent: transparentCalls, noreturn: noreturnCalls });
      expect(brokenPromise(cfg, fn)).toBeUndefined();
    }
  }, 300_000);
});
