/** The page of tables, from the same search that `faultline model NAME --explain` runs. */

import { modelExplanation, modelNames } from '../../server/src/engine/builtinModels.ts';
import { explanationTable } from '../../server/src/engine/explainText.ts';
import type { ExplainReport, PieceReport } from '../../server/src/engine/report.ts';
import { propertyText } from '../../server/src/simulator/invariants/catalogue.ts';

const head = `# What breaks without each step

Made by \`npm run tables\`, from the built-in protocols (\`faultline model NAME --explain\`). Each step, lock section,
barrier or way of a check is taken out of its program, and every scenario that holds with it is run again under the
memory model weak. "always" rows take one way of a condition as if it always were so. "nothing breaks within this
scope" is no more than that: two threads, one file, one pte.
`;

export function explanations(): ExplainReport[] {
  const options = { memory: 'weak', maxStates: 500_000, timeoutMs: 600_000, now: () => performance.now() } as const;
  return modelNames.map((name) => modelExplanation(name, options));
}

export function whatBreaks(reports: readonly ExplainReport[] = explanations()): string {
  const used = new Set(reports.flatMap(({ pieces }) => pieces.flatMap(({ breaks }) => breaks.map(({ property }) => property))));
  const legend = [...used].sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).map((id) => `- ${id}: ${propertyText(id)?.explanation ?? id}`);
  return `${[head, ...reports.map(section), '## Codes\n', legend.join('\n')].join('\n')}\n`;
}

function section(report: ExplainReport): string {
  const violated = report.scenarios.filter(({ verdict }) => verdict !== 'holds');
  const left = violated.map(({ against, access, mapping, verdict, property }) => `${against} (${access} ${mapping}): ${verdict}${property === undefined ? '' : ` ${property}`}`);
  const note = left.length === 0 ? '' : `\nLeft out, for the protocol does not hold there as it is: ${left.join(', ')}.\n`;
  // A second fault runs the first one's program.
  const pieces = report.pieces.filter(({ thread }) => thread !== 'second fault');
  const bearing = pieces.filter(({ verdict }) => verdict === 'loadBearing');
  return [`## ${report.name ?? ''}`, note, explanationTable({ ...report, pieces: bearing }), ...rest(pieces, 'notNeeded', 'Nothing breaks within this scope without'), ...rest(pieces, 'bounded', 'Not finished without')].join('\n');
}

function rest(pieces: readonly PieceReport[], wanted: PieceReport['verdict'], title: string): string[] {
  const texts = pieces.filter(({ verdict, kind }) => verdict === wanted && kind !== 'check').map(({ thread, text }) => `\`${text}\` (${thread})`);
  return texts.length === 0 ? [] : [`${title}: ${[...new Set(texts)].join(', ')}.\n`];
}
