/** The session in README.md, run again: every line that it shows is printed, in its order. Times may differ. */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));

/** A command, and the blocks of its output that are shown. */
interface Shown {
  readonly args: readonly string[];
  readonly blocks: readonly (readonly string[])[];
}

/** Indented blocks; one that starts with `$` begins a command, those that follow it are its output too, up to the next heading. */
function session(markdown: string): readonly Shown[] {
  const shown: { args: readonly string[]; blocks: string[][] }[] = [];
  let isOpen = false;
  for (const [text] of markdown.matchAll(/^#.*$|^ {4}.*\n(?:^ {4}.*\n|^\n(?= {4}))*/gm)) {
    if (text.startsWith('#')) { isOpen = false; continue; }
    let lines = text.split('\n').map((line) => line.slice(4));
    if (lines[0]?.startsWith('$ faultline ')) {
      let command = lines[0];
      for (lines = lines.slice(1); command.endsWith('\\'); lines = lines.slice(1)) command = `${command.slice(0, -1)} ${lines[0]}`;
      shown.push({ args: command.split(/\s+/).slice(2), blocks: [] });
      isOpen = true;
    }
    if (isOpen) shown.at(-1)!.blocks.push(lines);
  }
  return shown;
}

/** Without widths of columns, and without the milliseconds at the end of a row of the verdict table. */
function comparable(line: string): string {
  return line.replace(/(\d) +\d+\.\d$/, '$1').replaceAll(/\s+/g, ' ').trim();
}

function meaningful(lines: readonly string[]): readonly string[] {
  return lines.map(comparable).filter((line) => line !== '');
}

describe('README.md', () => {
  const commands = session(readFileSync(resolve(root, 'README.md'), 'utf8'));

  it('shows a session', () => expect(commands.length).toBeGreaterThan(2));

  it.each(commands.map((each) => [each.args.join(' '), each] as const))('shows what %s prints', (_, { args, blocks }) => {
    const { stdout } = spawnSync(process.execPath, ['dist/cli.js', ...args], { cwd: root, encoding: 'utf8' });
    const printed = meaningful(stdout.split('\n'));
    for (const block of blocks.map(meaningful).filter((lines) => lines.length > 0)) {
      const at = printed.indexOf(block[0]!);
      expect(printed.slice(at, at + block.length)).toEqual(block);
    }
  });
});
