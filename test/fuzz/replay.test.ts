/** Every seed of the fuzzer and everything it once found keeps all promises. */

import { describe, expect, test } from 'vitest';
import { testParser } from '../unit/syntax/testParser.ts';
import { decodeSeed, encodeSeed, seedsIn } from './corpus.ts';
import { mutate, randomFrom } from './mutate.ts';
import { brokenCheckOf, brokenEditOf, brokenPromiseOf } from './properties.ts';

const parsers = { native: await testParser('native'), wasm: await testParser('wasm') };

describe.each([...seedsIn('corpus'), ...seedsIn('regressions')])('$name', ({ text }) => {
  test('keeps every promise', () => {
    expect(brokenPromiseOf(text, parsers) ?? brokenCheckOf(text, parsers)).toBeUndefined();
  });

  test('and so does a little damage to it', () => {
    const random = randomFrom(1);
    for (let round = 0; round < 20; round++) {
      const damaged = mutate(text, text, random);
      const broken = brokenPromiseOf(damaged, parsers) ?? brokenEditOf(text, damaged, parsers);
      expect(broken && { broken, damaged }).toBeUndefined();
    }
  });
});

test('seeds are stored without loss', () => {
  for (const text of ['int a;\n', '"', '"a"', '\0\ud800', 'é\r\n', '']) expect(decodeSeed(encodeSeed(text))).toBe(text);
});
