/**
 * The process that mutates and checks. Each text is on the disk before it is tried, so that the parent
 * has it when this process hangs or dies. Sends one message a batch; never ends by itself.
 */

import { writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { testParser } from '../unit/syntax/testParser.ts';
import { seedsIn } from './corpus.ts';
import { Coverage } from './coverage.ts';
import { mutate, randomFrom } from './mutate.ts';
import { brokenCheckOf, brokenEditOf, brokenPromiseOf } from './properties.ts';

export interface BatchReport {
  readonly runs: number;
  readonly corpus: number;
  readonly blocks: number;
  readonly broken: { readonly text: string; readonly reason: string } | undefined;
}

const BATCH = 25;
/** One text in so many also goes through the lock regions and local rules, which cost more. */
const CHECK_EVERY = 10;
/** And one in so many is also parsed as an edit of the text that it was made from. */
const EDIT_EVERY = 3;

const [seed, current] = [Number(process.argv[2]), process.argv[3]!];
const parsers = { native: await testParser('native'), wasm: await testParser('wasm') };
const random = randomFrom(seed);
const coverage = new Coverage();
const texts = [...seedsIn('corpus'), ...seedsIn('regressions')].map(({ text }) => text);
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options: { readonly type: 'minor' }) => void;

const pick = (): string => texts[Math.floor(random() ** 0.7 * texts.length)]!;

function tryText(text: string, run: number): string | undefined {
  writeFileSync(current, JSON.stringify(text));
  return brokenPromiseOf(text, parsers) ?? (run % CHECK_EVERY === 0 ? brokenCheckOf(text, parsers) : undefined);
}

function batch(): BatchReport {
  let broken: BatchReport['broken'];
  const tried: string[] = [];
  for (let run = 0; run < BATCH && !broken; run++) {
    const before = pick();
    const text = mutate(before, pick(), random);
    const reason = tryText(text, run) ?? (run % EDIT_EVERY === 0 ? brokenEditOf(before, text, parsers) : undefined);
    if (reason !== undefined) broken = { text, reason };
    tried.push(text);
  }
  if (coverage.takeNew() > 0) keepNew(tried);
  collect({ type: 'minor' });
  return { runs: tried.length, corpus: texts.length, blocks: coverage.blocks, broken };
}

/** Of a batch that reached new code the texts that reach most of it again are kept; the shortest tells little less. */
function keepNew(tried: readonly string[]): void {
  for (const text of [...tried].sort((a, b) => a.length - b.length).slice(0, 2)) texts.push(text);
  const [some] = [tried[Math.floor(random() * tried.length)]];
  if (some !== undefined) texts.push(some);
}

for (const text of texts) tryText(text, 0);
coverage.takeNew();
for (;;) {
  process.send!(batch());
  await new Promise((resolve) => setImmediate(resolve));
}
