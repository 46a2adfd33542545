import { describe, expect, it } from 'vitest';
import type { MachineSize } from '../../../server/src/model/machine.ts';
import type { SourcePlace } from '../../../server/src/model/types.ts';
import { nopageFault } from '../../../server/src/simulator/builtin/nopageFault.ts';
import { profileOfEra } from '../../../server/src/simulator/environment/profile.ts';
import { printDiagram, printedStep, type PrintedStep, printList } from '../../../server/src/simulator/printTrace.ts';
import { buildScenario } from '../../../server/src/simulator/scenario.ts';
import { search } from '../../../server/src/simulator/search.ts';
import { options } from './support.ts';

const step = (cpu: number, thread: string, action: string, more: Partial<PrintedStep> = {}): PrintedStep => ({ cpu, thread, action, changes: [], ...more });
const at = (name: string, line: number): Pick<PrintedStep, 'file' | 'line' | 'function'> => ({ file: 'mm/memory.c', line, function: name });

const steps: readonly PrintedStep[] = [
  step(0, 'fault', 'sequence = mapping->truncate_count', { ...at('do_no_page', 2170), changes: [{ what: 'sequence', from: '0', to: '1' }] }),
  step(0, 'fault', 'page = find_get_page(mapping, pgoff)', { ...at('filemap_nopage', 1350), notes: ['i_size is read as 1, but it is 0 already'] }),
  step(1, 'truncate', 'unmap_mapping_range: truncate_count++', { changes: [{ what: 'truncate_count', from: '1', to: '2' }] }),
  step(0, 'fault', 'local only', { touchesShared: false }),
];

describe('a printed trace', () => {
  it('is a numbered list that names functions where they change', () => {
    expect(printList(steps)).toBe(`     CPU0 in do_no_page():
  1. CPU0 fault     mm/memory.c:2170  sequence = mapping->truncate_count
       sequence: 0 -> 1
     CPU0 in filemap_nopage():
  2. CPU0 fault     mm/memory.c:1350  page = find_get_page(mapping, pgoff)
       ! i_size is read as 1, but it is 0 already
  3. CPU1 truncate                    unmap_mapping_range: truncate_count++
       truncate_count: 1 -> 2
  4. CPU0 fault                       local only
`);
  });

  it('is a diagram in the columns of kernel commit messages', () => {
    expect(printDiagram(steps, { violation: 'I1: a pte maps a page that has left the page cache' })).toBe(`CPU0 (fault)                           CPU1 (truncate)
------------                           ---------------
do_no_page()
  sequence = mapping->truncate_count
filemap_nopage()
  page = find_get_page(mapping,
    pgoff)
    ! i_size is read as 1, but it is
        0 already
                                       unmap_mapping_range()
                                         truncate_count++
                                           [truncate_count = 2]

*** I1: a pte maps a page that has left the page cache
`);
  });

  it('never exceeds its columns and is plain ASCII, whatever the names', () => {
    const place: SourcePlace = { file: `fs/${'long/'.repeat(12)}file.c`, function: 'f'.repeat(90), line: 123456, column: 1, endLine: 1, endColumn: 2 };
    const odd = [step(0, 'fault', 'x'.repeat(300), { file: place.file, line: place.line, function: place.function, notes: ['caf\u00e9 \u2192'] }), step(1, 'a', 'b'), step(2, 'c', 'd')];
    for (const line of printList(odd).split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    for (const line of printDiagram(odd, { title: 'y'.repeat(200), violation: 'z '.repeat(100) }).split('\n')) expect(line.length).toBeLessThanOrEqual(75);
    expect(printList(odd) + printDiagram(odd, { violation: 'z' })).toMatch(/^[\x20-\x7e\n]*$/);
  });

  it('of the bug in the mail fits the columns', () => {
    const size: MachineSize = { pages: 2, indices: 1, slots: [{ mm: 0, index: 0 }] };
    const result = search(buildScenario({ fault: nopageFault({ size }), size, adversary: 'invalidate', profile: profileOfEra('nopage') }), options);
    if (result.verdict !== 'violated') throw new Error(result.verdict);
    const diagram = printDiagram(result.violation.trace.map(printedStep), { violation: result.violation.message });
    expect(diagram).toContain('CPU0 (fault)                           CPU1 (invalidate)');
    expect(diagram).toContain('[pte = page 1]');
    expect(Math.max(...diagram.split('\n').map((line) => line.length))).toBeLessThanOrEqual(75);
  });
});
