/** Explanations as text of at most 100 columns, and as a Markdown table for mails and documents. */

import type { Break, ExplainedScenario, ExplainReport, PieceReport, PieceVerdict } from './report.ts';
import { propertyText } from '../simulator/invariants/catalogue.ts';
import { code } from './markdown.ts';
import { choiceLines, listSteps, wrap } from './text.ts';

const width = 100;

const kindWords: Readonly<Record<PieceReport['kind'], string>> = {
  barrier: 'barrier', lock: 'lock', check: 'always', step: 'step',
};

const verdictWords: Readonly<Record<Exclude<PieceVerdict, 'loadBearing'>, string>> = {
  notNeeded: 'nothing breaks within this scope',
  notTested: 'no run sets the pte any more: nothing is tested',
  bounded: 'not finished',
};

/** A single line's pieces are shown with their traces; a whole function's as a list with a legend. */
export function renderExplanation(report: ExplainReport): string {
  const subject = report.name ?? `${report.file ?? ''}${report.line === undefined ? '' : `:${report.line}`}: ${report.function ?? ''}`;
  const lines = [`${subject} (era ${report.era}, memory model ${report.memory})`, ...choiceLines(report), ''];
  if (report.line !== undefined) for (const piece of report.pieces) lines.push(...pieceLines(piece), '');
  else lines.push(...listed(report.pieces));
  lines.push(...scenarioLines(report.scenarios));
  return `${lines.join('\n').trimEnd()}\n`;
}

function headOf(piece: PieceReport): string {
  const [first, ...others] = piece.places;
  const head = first ? `${first.file}:${first.line}: ` : `${piece.thread}: `;
  const released = others.map(({ file, line }) => (file === first?.file ? `${line}` : `${file}:${line}`));
  const until = piece.kind === 'lock' && released.length > 0 ? ` (released at ${released.join(', ')})` : '';
  return `${head}${kindWords[piece.kind]} ${piece.text}${until}`;
}

function pieceLines(piece: PieceReport): string[] {
  const lines = wrap(headOf(piece), width);
  if (piece.verdict !== 'loadBearing') return [...lines, ...wrap(verdictWords[piece.verdict], width, '    ')];
  lines.push(...wrap(piece.kind === 'check' ? 'as if it always were so:' : 'without it:', width, '    '));
  for (const { property, against, message } of grouped(piece.breaks)) lines.push(...wrap(`${property} against ${against.join(', ')}: ${message}`, width, '    '));
  const [first] = piece.breaks;
  if (first) lines.push('', ...wrap(`${first.access} fault, ${first.mapping} mapping, against ${first.against}:`, width, '    '), ...listSteps(first.trace, undefined));
  return lines;
}

function listed(pieces: readonly PieceReport[]): string[] {
  const bearing = pieces.filter(({ verdict }) => verdict === 'loadBearing');
  const legend = new Map(bearing.flatMap(({ breaks }) => breaks.map(({ property }) => [property, propertyText(property)?.explanation ?? ''] as const)));
  const rest = (verdict: Exclude<PieceVerdict, 'loadBearing'>): string[] => {
    const those = pieces.filter((piece) => piece.verdict === verdict);
    return those.length === 0 ? [] : [`${capital(verdictWords[verdict])}:`, ...those.flatMap((piece) => wrap(headOf(piece), width, '  ')), ''];
  };
  return [
    ...bearing.flatMap((piece) => [...wrap(headOf(piece), width), ...wrap(summary(piece), width, '    ')]), '',
    ...rest('notNeeded'), ...rest('bounded'), ...rest('notTested'),
    ...[...legend].flatMap(([property, text]) => wrap(`${property}: ${text}`, width)), '',
  ];
}

function summary(piece: PieceReport): string {
  const breaks = grouped(piece.breaks).map(({ property, against }) => `${property} against ${against.join(', ')}`);
  return `${piece.kind === 'check' ? 'as if it always were so' : 'without it'}: ${breaks.join('; ')}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function grouped(breaks: readonly Break[]): { property: string; against: string[]; message: string }[] {
  const groups = new Map<string, { property: string; against: string[]; message: string }>();
  for (const { property, against, message } of breaks) {
    const group = groups.get(property) ?? { property, against: [], message };
    if (!group.against.includes(against)) group.against.push(against);
    groups.set(property, group);
  }
  return [...groups.values()];
}

function scenarioLines(scenarios: readonly ExplainedScenario[]): string[] {
  const name = ({ against, access, mapping }: ExplainedScenario): string => `${against} (${access} ${mapping})`;
  const holding = scenarios.filter(({ verdict }) => verdict === 'holds');
  const others = scenarios.filter(({ verdict }) => verdict !== 'holds');
  return [
    ...wrap(`Tried where the code as it stands holds: ${holding.length === 0 ? 'nowhere' : holding.map(name).join(', ')}.`, width),
    ...others.flatMap((each) => wrap(`Left out: ${name(each)}, ${each.verdict}${each.property === undefined ? '' : ` ${each.property}`}${each.reason === undefined ? '' : `: ${each.reason}`}.`, width)),
  ];
}

/** One row a piece. */
export function explanationTable(report: ExplainReport): string {
  const rows = report.pieces.filter(({ verdict }) => verdict !== 'notTested').map((piece) => {
    const place = piece.places[0] ? `${piece.places[0].file}:${piece.places[0].line}` : piece.thread;
    const text = `${piece.kind === 'check' ? 'always ' : ''}${code(piece.text)}`;
    const what = piece.verdict === 'loadBearing'
      ? grouped(piece.breaks).map(({ property, against }) => `${property} (${against.join(', ')})`).join('; ')
      : verdictWords[piece.verdict];
    return `| ${place} | ${piece.kind} | ${text} | ${what} |`;
  });
  return ['| where | what | step | without it |', '| --- | --- | --- | --- |', ...rows].join('\n') + '\n';
}
