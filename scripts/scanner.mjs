/**
 * Writes server/src/syntax/digest/scanner.generated.ts: server/scanner, which is AssemblyScript, as WebAssembly in
 * base64. The same source gives the same bytes everywhere. With `--check` it writes nothing and fails where the file
 * is another.
 */

import asc from 'assemblyscript/asc';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const target = join(root, 'server/src/syntax/digest/scanner.generated.ts');
const options = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--importMemory', '--memoryBase', '0'];

let code;
const { error, stderr } = await asc.main(['index.ts', '--baseDir', join(root, 'server/scanner'), ...options, '--outFile', 'scanner.wasm'], {
  writeFile(name, contents) {
    if (name.endsWith('.wasm')) code = contents;
  },
});
if (error) throw new Error(stderr.toString());
const text = `/* Made of server/scanner by scripts/scanner.mjs; \`npm run scanner\` makes it anew. */\n\nexport const scannerCode = '${Buffer.from(code).toString('base64')}';\n`;
if (!process.argv.includes('--check')) writeFileSync(target, text);
else if (readFileSync(target, 'utf8') !== text) throw new Error('scanner.generated.ts is not what server/scanner compiles to: npm run scanner');
