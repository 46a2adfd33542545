/** Every fixture says in its own comments which findings it has; more or fewer fail. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runLocalChecks } from '../../../server/src/engine/localChecks.ts';
import { KernelTree } from '../../../server/src/engine/kernelTree.ts';
import { nodeHost } from '../../../server/src/engine/nodeHost.ts';
import { SourceFiles } from '../../../server/src/engine/sourceFiles.ts';
import { localRules } from '../../../server/src/rules/registry.ts';
import { testParser } from '../syntax/testParser.ts';

const root = fileURLToPath(new URL('../../fixtures', import.meta.url));
const parser = await testParser();

function fixtureFiles(rule: string): string[] {
  return readdirSync(join(root, rule)).filter((name) => name.endsWith('.c')).map((name) => join(root, rule, name));
}

/** `line code` of every `expect:` comment. */
function expected(text: string): string[] {
  return text.split('\n').flatMap((line, index) => [...line.matchAll(/expect: (FL\d+)/g)].map((match) => `${index + 1} ${match[1]!}`));
}

for (const rule of localRules) {
  for (const path of fixtureFiles(rule.name)) {
    test(`${rule.code} ${path.slice(root.length + 1)}`, () => {
      const files = new SourceFiles(nodeHost.files, parser);
      const file = files.get(path)!;
      const { findings, notModelled } = runLocalChecks(file, new KernelTree(files, undefined), 'fault');
      expect(notModelled).toEqual([]);
      expect(findings.map(({ line, code }) => `${line} ${code}`)).toEqual(expected(file.text));
    });
  }
}

test('every rule has a page, a bad fixture and a good one', () => {
  const docs = fileURLToPath(new URL('../../../docs/rules', import.meta.url));
  for (const rule of localRules) {
    expect(readFileSync(join(docs, `${rule.code}.md`), 'utf8')).toContain(rule.name);
    expect(fixtureFiles(rule.name).map((path) => path.slice(path.lastIndexOf('/') + 1, path.lastIndexOf('/') + 4)).sort()).toEqual(['bad', 'goo']);
  }
});
