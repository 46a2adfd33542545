/**
 * Runs SPIN on a Promela text: full search, no reduction, no compression, every stage's output kept
 * for messages. Needs `spin` and a C compiler; `tcc` is taken where it is there, since it compiles a
 * verifier some thirty times faster than gcc does.
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SpinAnswer {
  readonly isAssertionViolated: boolean;
  /** Ignoring violated assertions. */
  readonly hasDeadlock: boolean;
  /** Distinct states, ignoring violated assertions. */
  readonly states: number;
}

/** The C compiler to use, or what is missing. */
export function findSpin(): { readonly kind: 'found'; readonly compiler: string } | { readonly kind: 'missing'; readonly what: string } {
  if (!isThere('spin')) return { kind: 'missing', what: 'spin (Debian: apt-get install spin)' };
  const compiler = ['tcc', 'cc', 'gcc'].find(isThere);
  return compiler === undefined ? { kind: 'missing', what: 'a C compiler (Debian: apt-get install tcc)' } : { kind: 'found', compiler };
}

function isThere(command: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** No optimisation of spin's may merge steps or forget variables. */
export const spinFlags = ['-a', '-o1', '-o2', '-o3'];
export const verifierFlags = ['-DSAFETY', '-DNOREDUCE', '-DNOFAIR'];

export class Spin {
  private readonly folder = mkdtempSync(join(tmpdir(), 'faultline-spin-'));

  constructor(private readonly compiler: string) {}

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Throws with SPIN's own words where a stage fails or the search was not complete. */
  check(promela: string): SpinAnswer {
    writeFileSync(join(this.folder, 'model.pml'), promela);
    const output = this.run([
      `spin ${spinFlags.join(' ')} model.pml`,
      `${this.compiler} ${verifierFlags.join(' ')} -w -o pan pan.c`,
      './pan -E -n -b -m40000 -w14',
      'echo ======',
      './pan -A -c0 -n -b -m40000 -w14',
    ].join(' && '));
    const [asserts = '', rest = ''] = output.split('======');
    const states = / (\d+) states, stored/.exec(rest);
    if (!states || /out of memory|max search depth too small|error:|out of bounds/i.test(output)) throw new Error(`SPIN did not finish:\n${output}\n${promela}`);
    const isAssertionViolated = asserts.includes('assertion violated');
    const hasDeadlock = rest.includes('invalid end state (at');
    if (!isAssertionViolated && asserts.includes('Search not completed')) throw new Error(`SPIN did not finish:\n${output}\n${promela}`);
    return { isAssertionViolated, hasDeadlock, states: Number(states[1]) };
  }

  private run(script: string): string {
    try {
      return execFileSync('sh', ['-c', script], { cwd: this.folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 26 });
    } catch (error) {
      const { stdout, stderr } = error as { stdout?: string; stderr?: string };
      throw new Error(`SPIN failed:\n${stdout ?? ''}\n${stderr ?? ''}`, { cause: error });
    }
  }
}
