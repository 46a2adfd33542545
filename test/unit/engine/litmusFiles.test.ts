import { describe, expect, it } from 'vitest';
import { litmusReport, type LitmusResult } from '../../../server/src/engine/litmus/litmusReport.ts';
import type { MemoryModel } from '../../../server/src/model/types.ts';
import { createParser } from '../../../server/src/syntax/loadParser.ts';

const loaded = await createParser({ prefer: 'native' });
if (loaded.kind !== 'parser') throw new Error(loaded.reason);
const { parser } = loaded;

function run(text: string, memory: MemoryModel = 'weak'): LitmusResult {
  const files = { readText: () => text, list: () => [], stamp: () => undefined };
  return litmusReport(files, parser, ['/t.litmus'], { memory, maxStates: 1_000_000, timeoutMs: 60_000, now: () => performance.now() }).tests[0]!;
}

/** A test of two or more threads, each given by its body; all variables are `int *`. */
function litmus(bodies: readonly string[], end: string, start = '{}'): string {
  const names = ['x', 'y', 'z'].map((name) => `int *${name}`).join(', ');
  return `C own\n\n${start}\n\n${bodies.map((body, at) => `P${at}(${names}, spinlock_t *s)\n{\n${body}\n}\n`).join('\n')}\n${end}\n`;
}

const answer = (bodies: readonly string[], end: string, start?: string): string => {
  const { result, reason } = run(litmus(bodies, end, start));
  return result === 'notModelled' ? `notModelled: ${reason}` : result;
};

describe('litmus files', () => {
  it('are read with their start values, expectation, filter and locations', () => {
    const text = `C a name
(*
 * Result: Sometimes
 *
 * A comment (* inside another *) and a pointer (*x).
 *)
{ x=1; int y = 2; 1:r9=5; }

P0(int *x, int *y) // the writer
{
	WRITE_ONCE(*x, 3); /* (* not nested *) */
}

P1(int *x, int *y)
{
	int r0;
	r0 = READ_ONCE(*x);
}

locations [x; 1:r0]
filter (1:r9=5)
exists (1:r0=3 /\\ y=2) (* a comment *)
`;
    const { run: trace, ...rest } = run(text);
    expect(rest).toEqual({ file: '/t.litmus', name: 'a name', expected: 'Sometimes', result: 'Sometimes', states: rest.states });
    expect(trace).toEqual(['P0:11: WRITE_ONCE(*x, 3)', 'P1:17: r0 = READ_ONCE(*x)']);
  });

  it('are answered never, sometimes or always', () => {
    const bodies = ['\tWRITE_ONCE(*x, 1);', '\tint r0 = READ_ONCE(*x);'];
    expect(answer(bodies, 'exists (1:r0=2)')).toBe('Never');
    expect(answer(bodies, 'exists (1:r0=1)')).toBe('Sometimes');
    expect(answer(bodies, 'exists (x=1)')).toBe('Always');
    expect(answer(bodies, 'forall (1:r0=0 \\/ 1:r0=1)')).toBe('Always');
    expect(answer(bodies, '~exists (x=1 => not (1:r0=1))')).toBe('Sometimes');
  });

  it('may branch, loop, compute and follow pointers', () => {
    expect(answer(['\tWRITE_ONCE(*x, 1);', '\twhile (!READ_ONCE(*x))\n\t\t;'], 'exists (x=1)')).toBe('Always');
    expect(answer(['\tint r0 = READ_ONCE(*x) + 2;\n\tif (r0 == 3 || r0 > 5)\n\t\t*y = r0 & 1;\n\telse\n\t\t*y = 7;'], 'exists (y=1)', '{ x=1; }')).toBe('Always');
    expect(answer(['\tint *p = READ_ONCE(*x);\n\tint r0 = READ_ONCE(*p);'], 'exists (0:r0=4 /\\ 0:p=y)', '{ x=y; y=4; }')).toBe('Always');
  });

  it('know atomic operations', () => {
    const add = '\tint r0 = atomic_add_return(2, x);';
    expect(answer([add, '\tint r0 = atomic_fetch_inc(x);'], 'exists (x=3 /\\ 0:r0=2 /\\ 1:r0=2)')).toBe('Sometimes');
    expect(answer([add, add], 'exists (x=2)')).toBe('Never');
    expect(answer(['\tint r0 = cmpxchg(x, 0, 1);', '\tint r0 = cmpxchg(x, 0, 2);'], 'exists (0:r0=0 /\\ 1:r0=0)')).toBe('Never');
    expect(answer(['\tint r0 = xchg_relaxed(x, 5);'], 'exists (0:r0=3 /\\ x=5)', '{ x=3; }')).toBe('Always');
    expect(answer(['\tint r0 = atomic_dec_and_test(x);\n\tint r1 = atomic_add_unless(x, 4, 1);'], 'exists (0:r0=1 /\\ 0:r1=1 /\\ x=4)', '{ x=1; }')).toBe('Always');
  });

  it('know spinlocks', () => {
    const body = '\tspin_lock(s);\n\tint r0 = READ_ONCE(*x);\n\tWRITE_ONCE(*x, r0 + 1);\n\tspin_unlock(s);';
    expect(answer([body, body], 'exists (x=2)')).toBe('Always');
    expect(answer(['\tint r0 = spin_trylock(s);', '\tint r0 = spin_trylock(s);'], 'exists (0:r0=1 /\\ 1:r0=1)')).toBe('Never');
  });

  it('say why they are not modelled', () => {
    expect(answer(['\tint r0 = srcu_read_lock(x);'], 'exists (x=1)')).toBe('notModelled: line 7: SRCU is not modelled');
    expect(answer(['\tfoo(x);'], 'exists (x=1)')).toBe("notModelled: line 7: 'foo' is not known");
    expect(answer(['\tWRITE_ONCE(*x, 1);\n\tsmp_mb__after_atomic();'], 'exists (x=1)')).toBe('notModelled: line 8: a fence that upgrades an operation does not follow one');
    expect(answer(['\tWRITE_ONCE(*x, 5000);'], 'exists (x=1)')).toMatch(/^notModelled: bounded: x would become 5000/);
    expect(run('PPC name\n{}\nexists (x=1)').reason).toBe("it is no litmus test of C: it does not begin with 'C NAME'");
    expect(run('C name\n{}\nP0(int *x)\n{\n}\nexists (3:r0=1)').reason).toBe('the condition speaks of thread 3, which there is not');
  });
});
