import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { buildCfg } from '../../../server/src/cfg/build.ts';
import { cfgToDot } from '../../../server/src/cfg/dot.ts';
import { parseFile } from '../../../server/src/syntax/parseFile.ts';
import { testParser } from '../syntax/testParser.ts';

const parser = await testParser();

function dotOf(text: string): string {
  const [fn] = parseFile('f.c', text, parser).functions;
  return cfgToDot(buildCfg(fn!, { transparent: new Set(), noreturn: new Set() }), { source: text, file: 'dir/f "1".c' });
}

const SOURCE = `int f(int a)
{
	switch (a) {
	case 1 ... 3:
		puts("a\\n\\"b\\"");
	}
	goto *a;
}
`;

test('a graph becomes a digraph with the place of every node', () => {
  expect(dotOf('int f(int a)\n{\n\tif (a == "\\"")\n\t\tg();\n\treturn 1;\n}\n').split('\n')).toEqual([
    'digraph "f" {',
    '  label="f (dir/f \\"1\\".c)";',
    '  labelloc=t;',
    '  node [shape=box, fontname="monospace"];',
    '  n0 [label="dir/f \\"1\\".c:1\\nentry", shape=oval];',
    '  n1 [label="dir/f \\"1\\".c:3\\nif a == \\"\\\\\\"\\"", shape=diamond];',
    '  n2 [label="dir/f \\"1\\".c:4\\ng()"];',
    '  n3 [label="dir/f \\"1\\".c:5\\nreturn 1"];',
    '  n4 [label="dir/f \\"1\\".c:6\\nexit", shape=oval];',
    '  n0 -> n1;',
    '  n1 -> n2 [label="true"];',
    '  n1 -> n3 [label="false"];',
    '  n2 -> n3;',
    '  n3 -> n4;',
    '}',
    '',
  ]);
});

const hasGraphviz = spawnSync('dot', ['-V']).status === 0;

test.runIf(hasGraphviz)('graphviz reads it', () => {
  for (const text of [SOURCE, 'void f(void)\n{\n\tg("\\\\", "\0", "é😀\\x41", \'"\');\n}\n']) {
    const run = spawnSync('dot', ['-Tcanon'], { input: dotOf(text), encoding: 'utf8' });
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' });
  }
});
