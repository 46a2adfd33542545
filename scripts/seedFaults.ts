/**
 * `npm run seed-faults -- ROOT DIR...`: takes out one unlock at a time of the .c files below DIR (in
 * memory; the tree is not touched), checks the file, and says which removals give a finding in their
 * function, and for the others why not. What was found before the removal does not count.
 */

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { detectEra } from '../server/src/engine/era.ts';
import { KernelTree } from '../server/src/engine/kernelTree.ts';
import { lockStatesOf } from '../server/src/engine/lockStates.ts';
import { runLocalChecks } from '../server/src/engine/localChecks.ts';
import { nodeHost } from '../server/src/engine/nodeHost.ts';
import { SourceFiles, type ParsedFile } from '../server/src/engine/sourceFiles.ts';
import type { FileHost } from '../server/src/engine/types.ts';
import type { FunctionDef } from '../server/src/syntax/ast.ts';
import { createParser } from '../server/src/syntax/loadParser.ts';

/** A statement that drops a page lock or a page-table lock. */
const unlock = /\b(?:unlock_page|folio_unlock|pte_unmap_unlock)\s*\([^;{}()]*(?:\([^;{}()]*\)[^;{}()]*)*\);/g;

class EditedFiles implements FileHost {
  path: string | undefined;
  text = '';
  private version = 0;

  edit(path: string, text: string): void {
    [this.path, this.text] = [path, text];
    this.version++;
  }

  readText(path: string): string | undefined {
    return path === this.path ? this.text : nodeHost.files.readText(path);
  }

  list(directory: string): readonly string[] {
    return nodeHost.files.list(directory);
  }

  stamp(path: string): string | undefined {
    return path === this.path ? `edit ${this.version}` : nodeHost.files.stamp(path);
  }
}

function sourcesUnder(path: string): string[] {
  if (statSync(path).isFile()) return path.endsWith('.c') ? [path] : [];
  return readdirSync(path).sort().flatMap((name) => sourcesUnder(join(path, name)));
}

const [root, ...directories] = process.argv.slice(2);
if (root === undefined || directories.length === 0) {
  console.error('usage: seed-faults ROOT DIR...');
  process.exit(2);
}
const loaded = await createParser({ prefer: 'native' });
if (loaded.kind !== 'parser') throw new Error(loaded.reason);
const host = new EditedFiles();
const files = new SourceFiles(host, loaded.parser);
const tree = new KernelTree(files, root);
const missed = new Map<string, string[]>();
let found = 0;
let total = 0;

for (const path of directories.flatMap((directory) => sourcesUnder(join(root, directory)))) {
  const file = files.get(path);
  const sites = file ? [...file.text.matchAll(unlock)] : [];
  if (!file || sites.length === 0) continue;
  const { text } = file;
  const before = findingsOf(file);
  for (const { index, 0: call } of sites) {
    const fn = file.syntax.functions.find(({ body }) => body.span.start <= index && index < body.span.end);
    if (!fn) continue;
    total++;
    host.edit(path, `${text.slice(0, index)};${' '.repeat(call.length - 1)}${text.slice(index + call.length)}`);
    tree.changed(path);
    const edited = files.get(path);
    const place = `${path.slice(root.length + 1)}:${file.lines.lineAt(index)} ${fn.name}: ${call}`;
    if (edited && findingsOf(edited, fn.name).some((each) => !before.includes(each))) found++;
    else note(edited ? reason(edited, fn) : 'the file is not read', place);
  }
  host.edit(path, text);
  tree.changed(path);
}

console.log(`${found} of ${total} removals are found`);
for (const [why, places] of [...missed].sort((a, b) => b[1].length - a[1].length)) {
  console.log(`\n${places.length} missed: ${why}`);
  for (const place of places) console.log(`  ${place}`);
}

function note(why: string, place: string): void {
  missed.set(why, [...(missed.get(why) ?? []), place]);
}

function findingsOf(file: ParsedFile, name?: string): string[] {
  const { findings } = runLocalChecks(file, tree, detectEra(host, root, file.text));
  return findings.filter((each) => name === undefined || each.function === name).map((each) => `${each.code} ${each.line} ${each.message}`);
}

/** Why no rule speaks of the removal, as far as the states at the exits tell. */
function reason(file: ParsedFile, { name }: FunctionDef): string {
  const fn = file.syntax.functions.find((each) => each.name === name);
  const states = fn && lockStatesOf(file, fn, tree, detectEra(host, root, file.text));
  if (!states) return 'no lock is in reach';
  if (states.notAnalysed !== undefined) return `not analysed: ${states.notAnalysed}`;
  const held = states.exits.flatMap(({ locks, isMerged }) => locks.filter((lock) => lock.status === 'held' && (lock.lock === 'page' || lock.lock === 'pageTable')).map((lock) => ({ lock, isMerged })));
  if (held.length === 0) return 'no lock is held at an exit';
  const open = held.filter(({ lock }) => !lock.isShared);
  if (open.length === 0) return 'others know the object';
  if (open.every(({ lock }) => lock.heldOnEntry)) return 'held on entry';
  if (open.every(({ isMerged }) => isMerged)) return 'only on joined paths';
  return 'callers may expect it';
}
