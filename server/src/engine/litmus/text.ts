/** The report of litmus tests as text of at most 100 columns. */

import { agrees, type LitmusReport, type LitmusResult } from './litmusReport.ts';

export function renderLitmus({ memory, tests }: LitmusReport): string {
  const width = Math.min(58, Math.max(4, ...tests.map((test) => test.name.length)));
  const row = (name: string, result: string, expected: string, states: string): string =>
    `  ${name.padEnd(width)}  ${result.padEnd(11)}  ${expected.padEnd(10)}  ${states.padStart(8)}`;
  const lines = tests.flatMap((test) => [
    `${row(test.name, test.result, test.expected ?? '-', String(test.states))}${agrees(test, memory) ? '' : '  DIFFERS'}`,
    ...(test.reason === undefined ? [] : [`      ${test.reason}`]),
    ...(tests.length === 1 ? runOf(test) : []),
  ]);
  return [`${tests.length} litmus test${tests.length === 1 ? '' : 's'}, memory model ${memory}`, '', row('test', memory, 'expected', 'states'), ...lines, '', summary(tests, memory)].join('\n');
}

function runOf({ run }: LitmusResult): readonly string[] {
  return run ? ['', '  A shortest run that ends so:', ...run.map((step, at) => `  ${String(at + 1).padStart(4)}. ${step}`)] : [];
}

function summary(tests: readonly LitmusResult[], memory: LitmusReport['memory']): string {
  const modelled = tests.filter((test) => test.result !== 'notModelled');
  const compared = modelled.filter((test) => test.expected !== undefined);
  const same = compared.filter((test) => agrees(test, memory)).length;
  const unlike = memory === 'weak' ? 'as expected' : `compatible with the kernel's model, which is weaker than ${memory}`;
  return `${same} of ${compared.length} ${unlike}, ${tests.length - modelled.length} not modelled`;
}
