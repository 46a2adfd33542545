/**
 * The index on real kernels: tables against a plain text search, functions against the parser. Trees
 * are named by FAULTLINE_KERNEL_2_6_20, FAULTLINE_KERNEL_2_6_24, FAULTLINE_KERNEL_6_12.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { neverCancelled } from '../../server/src/base/cancellation.ts';
import { extractFacts } from '../../server/src/engine/index/extractFacts.ts';
import { treeFiles } from '../../server/src/engine/indexing/treeFiles.ts';
import { nodeHost } from '../../server/src/engine/nodeHost.ts';
import { outlineOf } from '../../server/src/syntax/outline.ts';
import { parseFile } from '../../server/src/syntax/parseFile.ts';
import { testParser } from '../unit/syntax/testParser.ts';
import { kernel2620, kernel2624 } from './disk.ts';

const parser = await testParser('wasm');
const trees = [['2.6.20', kernel2620], ['2.6.24', kernel2624], ['6.12', process.env['FAULTLINE_KERNEL_6_12']]] as const;
const minutes = 60_000;

/** Initialised tables as a person with a text search finds them. */
const initialised = /^[^\n/*]*\bstruct\s+(?:vm_operations_struct|address_space_operations)\s+(?:const\s+)?(\w+)(?:\s+\w+)?\s*=\s*\{/gm;

/** Every how many-th file of a directory is compared function by function. */
const sample = 40;

for (const [name, root] of trees) {
  describe.skipIf(root === undefined)(`the index of ${name}`, () => {
    const files = root === undefined ? [] : treeFiles(nodeHost.files, root, neverCancelled).map(({ path }) => path);

    it('has every initialised table', { timeout: 20 * minutes }, () => {
      const missing: string[] = [];
      let count = 0;
      for (const path of files) {
        const text = readFileSync(join(root!, path), 'utf8');
        const wanted = /vm_operations_struct|address_space_operations/.test(text) ? [...text.matchAll(initialised)].map((match) => match[1]!) : [];
        if (wanted.length === 0) continue;
        const { tables } = extractFacts(path, text, parser);
        count += wanted.length;
        missing.push(...wanted.filter((variable) => !tables.some((table) => table.variable === variable)).map((variable) => `${path} ${variable}`));
      }
      expect(missing).toEqual([]);
      expect(count).toBeGreaterThan(50);
    });

    it('has the functions that the parser finds', { timeout: 20 * minutes }, () => {
      const differing: string[] = [];
      let count = 0;
      for (const path of files.filter((each, at) => at % sample === 0 && each.endsWith('.c'))) {
        const text = readFileSync(join(root!, path), 'utf8');
        // A macro that opens an initialiser (`define_machine(x) { .name = … };`) is a function without a name to the parser.
        const isNamed = (fn: { name: string }): boolean => /^\w+$/.test(fn.name);
        const shown = (fn: { name: string; nameSpan: { start: number }; isStatic: boolean }): string => `${path}:${fn.nameSpan.start} ${fn.name}${fn.isStatic ? ' static' : ''}`;
        const parsed = new Set(parseFile(path, text, parser).functions.filter(isNamed).map(shown));
        const outlined = new Set(outlineOf(text).functions.map(shown));
        count += parsed.size;
        differing.push(...[...parsed].filter((each) => !outlined.has(each)), ...[...outlined].filter((each) => !parsed.has(each)));
      }
      expect(differing).toEqual([]);
      expect(count).toBeGreaterThan(500);
    });
  });
}
