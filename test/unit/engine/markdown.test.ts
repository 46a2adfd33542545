import { describe, expect, it } from 'vitest';
import { code, simulationMarkdown } from '../../../server/src/engine/markdown.ts';
import type { ScenarioReport } from '../../../server/src/engine/report.ts';

const head: Omit<ScenarioReport, 'verdict'> = { against: 'truncate', access: 'read', mapping: 'shared', memory: 'weak', states: 12, depth: 2, elapsedMs: 1, witnesses: [], assumptions: [] };

const violated: ScenarioReport = {
  ...head, verdict: 'violated', property: 'I1', message: '*pte maps a __page <x> (page->mapping & 1).', irreversible: 1, hasFewestSwitches: true,
  trace: [
    { cpu: 0, thread: 'fault', action: 'if (a || !*b)', file: 'mm/my file.c', line: 12, function: 'f', changes: [{ what: 'cache[0]', from: 'none', to: 'page 1' }], notes: ['i_size is read as 1'] },
    { cpu: 1, thread: 'truncate', action: 'unmap_mapping_range: truncate_count++', changes: [] },
  ],
  assumptions: ['scope: 2 threads'], witnesses: ['the pte was set'],
};

describe('a report in Markdown', () => {
  it('has a table of verdicts, a table of steps for each counterexample, and what it rests on', () => {
    expect(simulationMarkdown({ file: 'mm/my file.c', function: 'do_no_page', role: 'core', era: 'nopage', scenarios: [violated, { ...head, against: 'fault', verdict: 'bounded', reason: 'more than 12 states' }] })).toBe(`## mm/my file.c: do_no_page (core, era nopage)

| against | fault | memory | verdict | states | depth |
| --- | --- | --- | --- | ---: | ---: |
| truncate | read shared | weak | VIOLATED I1 | 12 | 2 |
| fault | read shared | weak | not finished | 12 | 2 |

### read fault, shared mapping, against truncate: VIOLATED I1

\\*pte maps a \\__page &#60;x> (page->mapping &#38; 1).

| # | CPU0 (fault) | CPU1 (truncate) | what changes | where |
| ---: | --- | --- | --- | --- |
| 1 | \`if (a \\|\\| !*b)\` |  | cache\\[0\\]: none -> page 1<br>*i_size is read as 1*<br>**from here no run is safe** | [mm/my file.c:12](mm/my%20file.c#L12) |
| 2 |  | \`unmap_mapping_range: truncate_count++\` |  |  |

### read fault, shared mapping, against fault: not finished

more than 12 states

Seen in some run (the verdicts are not vacuous):

- the pte was set

Taken for granted:

- scope: 2 threads
`);
  });

  it('says where no run was safe, and where runs were not compared', () => {
    const text = simulationMarkdown({ name: 'seqlock', era: 'nopage', scenarios: [{ ...violated, irreversible: 0, hasFewestSwitches: false }] });
    expect(text).toContain('\n\nNo run is shorter; others as short may change CPUs less often.\n\nNo run from this start is safe.\n\n| # |');
    expect(text).not.toContain('from here');
  });

  it.each([
    ['x = a | b', '`x = a \\| b`'],
    ['two\n\tlines', '`two lines`'],
    ['c == \'`\' || d', '<code>c == \'&#96;\' &#124;&#124; d</code>'],
    ['p = "\\\\|<b>*"', '<code>p = "&#92;&#92;&#124;&#60;b&#62;&#42;"</code>'],
    ['#define A \\', '<code>#define A &#92;</code>'],
  ])('shows %j as it is', (text, expected) => {
    expect(code(text)).toBe(expected);
  });
});
