/**
 * Whole directories: Faultline's local rules against sparse and spatch on the same files, in CPU seconds
 * of one run, so that only their ratios mean anything. Each is given what it can be given without a
 * configured tree:
 *
 *   faultline  check --no-simulate, nothing else
 *   spatch     test/bench/lockWithoutUnlock.cocci, --no-includes
 *   sparse     -Wcontext, the -I of an x86 build, and stand-ins for the headers that a build makes: asm/X.h that
 *              includes asm-generic/X.h, and a generated/autoconf.h with the few symbols that headers ask for.
 *              A file that still misses a header is not analysed; how many had all of them, and how many brought
 *              no error at all, is printed.
 *
 *     FAULTLINE_KERNEL_6_12=… npx tsx test/bench/otherTools.ts [mm fs]
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { cFiles } from '../../scripts/parseReport/files.ts';

const repository = resolve(fileURLToPath(new URL('../..', import.meta.url)));
const AUTOCONF = ['CONFIG_64BIT', 'CONFIG_X86', 'CONFIG_X86_64', 'CONFIG_MMU', 'CONFIG_SMP', 'CONFIG_SPARSEMEM', 'CONFIG_SPARSEMEM_VMEMMAP', 'CONFIG_BLOCK', 'CONFIG_TREE_RCU', 'CONFIG_TREE_SRCU', 'CONFIG_PCI', 'CONFIG_NUMA', 'CONFIG_ZONE_DMA32'];
const VALUES = {
  CONFIG_NR_CPUS: '64', CONFIG_HZ: '250', CONFIG_PGTABLE_LEVELS: '4', CONFIG_X86_L1_CACHE_SHIFT: '6', CONFIG_X86_INTERNODE_CACHE_SHIFT: '6', CONFIG_NODES_SHIFT: '6', CONFIG_PAGE_SHIFT: '12',
  CONFIG_THREAD_INFO_IN_TASK: '1', CONFIG_PHYSICAL_START: '0x1000000', CONFIG_PHYSICAL_ALIGN: '0x200000', CONFIG_ILLEGAL_POINTER_VALUE: '0',
  CONFIG_BASE_SMALL: '0', CONFIG_ARCH_MMAP_RND_BITS_MIN: '28', CONFIG_SPLIT_PTLOCK_CPUS: '4', CONFIG_LOG_BUF_SHIFT: '18',
};

interface Outcome {
  readonly seconds: number;
  readonly note: string;
}

export function benchOtherTools(tree: string, directories: readonly string[]): void {
  for (const directory of directories) {
    const files = cFiles(join(tree, directory));
    const own = faultline(join(tree, directory));
    console.log(`${directory}: ${files.length} files, CPU seconds`);
    print('faultline check --no-simulate', own, own);
    print('spatch', isThere('spatch') ? spatch(files) : undefined, own);
    print('sparse', isThere('sparse') ? sparse(tree, files) : undefined, own);
  }
}

function print(what: string, outcome: Outcome | undefined, own: Outcome): void {
  if (!outcome) console.log(`  ${what.padEnd(30)} not installed: skipped`);
  else console.log(`  ${what.padEnd(30)} ${outcome.seconds.toFixed(1).padStart(8)} s  ${(outcome.seconds / own.seconds).toFixed(2).padStart(7)} times faultline  ${outcome.note}`);
}

function isThere(command: string): boolean {
  return !spawnSync(command, ['--version']).error;
}

/** CPU seconds of a command and its children. */
function run(command: string, args: readonly string[]): { seconds: number; output: string } {
  const timed = spawnSync('bash', ['-c', 'TIMEFORMAT="faultline-cpu %U %S"; time "$@"', 'bash', command, ...args], { encoding: 'latin1', maxBuffer: 2 ** 30 });
  const output = `${timed.stdout}${timed.stderr}`;
  const [, user = 'NaN', system = 'NaN'] = /faultline-cpu ([\d.]+) ([\d.]+)/.exec(output) ?? [];
  return { seconds: Number(user) + Number(system), output };
}

function faultline(directory: string): Outcome {
  const { seconds, output } = run(process.execPath, [join(repository, 'dist/cli.js'), 'check', '--no-simulate', directory]);
  return { seconds, note: /^\d+ findings? in .*$/m.exec(output)?.[0] ?? 'no answer' };
}

function spatch(files: readonly string[]): Outcome {
  const { seconds, output } = run('spatch', ['--very-quiet', '--no-includes', '--sp-file', join(repository, 'test/bench/lockWithoutUnlock.cocci'), ...files]);
  return { seconds, note: `${output.split('\n').filter((line) => /^-\s*return/.test(line)).length} returns found` };
}

function sparse(tree: string, files: readonly string[]): Outcome {
  const made = standIns(tree);
  try {
    const includes = [made, 'arch/x86/include', 'include', 'arch/x86/include/uapi', 'include/uapi'].map((path) => `-I${path === made ? path : join(tree, path)}`);
    let seconds = 0;
    let [whole, clean] = [0, 0];
    for (const file of files) {
      const one = run('sparse', ['-Wcontext', '-D__KERNEL__', '-m64', '-nostdinc', ...includes, '-include', join(tree, 'include/linux/compiler-version.h'), '-include', join(tree, 'include/linux/kconfig.h'), '-include', join(tree, 'include/linux/compiler_types.h'), file]);
      seconds += one.seconds;
      if (!/error: unable to open/.test(one.output)) whole++;
      if (!/error:/.test(one.output)) clean++;
    }
    return { seconds, note: `${whole} of ${files.length} files had all their headers, ${clean} no error` };
  } finally {
    rmSync(made, { recursive: true });
  }
}

/** Headers that a configured and prepared tree would have. */
function standIns(tree: string): string {
  const made = mkdtempSync(join(tmpdir(), 'faultline-sparse-'));
  for (const directory of ['asm', 'generated', 'generated/uapi/linux']) mkdirSync(join(made, directory), { recursive: true });
  for (const name of readdirSync(join(tree, 'include/asm-generic'))) {
    if (name.endsWith('.h') && !existsSync(join(tree, 'arch/x86/include/asm', name)) && !existsSync(join(tree, 'arch/x86/include/uapi/asm', name))) {
      writeFileSync(join(made, 'asm', name), `#include <asm-generic/${name}>\n`);
    }
  }
  for (const name of readdirSync(join(tree, 'include/uapi/asm-generic'))) {
    const path = join(made, 'asm', name);
    if (!existsSync(path) && !existsSync(join(tree, 'arch/x86/include/asm', name)) && !existsSync(join(tree, 'arch/x86/include/uapi/asm', name))) writeFileSync(path, `#include <asm-generic/${name}>\n`);
  }
  const symbols = [...AUTOCONF.map((name) => `#define ${name} 1`), ...Object.entries(VALUES).map(([name, value]) => `#define ${name} ${value}`)];
  writeFileSync(join(made, 'generated/autoconf.h'), `${symbols.join('\n')}\n`);
  writeFileSync(join(made, 'generated/bounds.h'), '#define NR_PAGEFLAGS 24\n#define MAX_NR_ZONES 4\n#define NR_CPUS_BITS 6\n#define SPINLOCK_SIZE 4\n#define LRU_GEN_WIDTH 0\n#define __LRU_REFS_WIDTH 0\n');
  writeFileSync(join(made, 'generated/timeconst.h'), '');
  writeFileSync(join(made, 'generated/asm-offsets.h'), '');
  writeFileSync(join(made, 'generated/utsrelease.h'), '#define UTS_RELEASE "0"\n');
  writeFileSync(join(made, 'generated/uapi/linux/version.h'), '#define LINUX_VERSION_CODE 0\n#define KERNEL_VERSION(a,b,c) 0\n');
  for (const name of ['cpufeaturemasks.h', 'unistd_32.h', 'unistd_64.h', 'unistd_x32.h', 'unistd_64_x32.h', 'unistd_32_ia32.h', 'syscalls_64.h', 'syscalls_32.h']) writeFileSync(join(made, 'asm', name), '');
  return made;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const tree = process.env['FAULTLINE_KERNEL_6_12'];
  if (tree === undefined) console.log('FAULTLINE_KERNEL_6_12 is not set: skipped');
  else benchOtherTools(tree, process.argv.length > 2 ? process.argv.slice(2) : ['mm', 'fs']);
}
