/**
 * Counterexamples as GitHub-flavoured Markdown, for issues and mails: the table of verdicts, and for each
 * violated scenario a table of steps with one column a CPU. C may contain anything; it is kept from being
 * read as Markdown.
 */

import { reductionSentences } from './reductions.ts';
import { pointOfNoReturn, type DefinitionChoice, type ReportStep, type ScenarioReport } from './report.ts';
import { choiceLines, titleOf, verdictWords } from './text.ts';

/** A `simulate` or `model` report. */
export interface MarkdownReport {
  readonly file?: string;
  readonly function?: string;
  readonly name?: string;
  readonly era: string;
  readonly role?: string;
  readonly choice?: DefinitionChoice;
  readonly scenarios: readonly ScenarioReport[];
}

export function simulationMarkdown(report: MarkdownReport): string {
  const subject = report.name ?? `${report.file ?? ''}: ${report.function ?? ''}`;
  const role = report.role === undefined ? '' : `${report.role}, `;
  const sections = report.scenarios.filter((each) => each.trace || each.reason !== undefined).map(section);
  return [`## ${plain(subject)} (${role}era ${report.era})`, ...choiceLines(report).map(plain), verdictTable(report.scenarios), ...reductionSentences(report.scenarios).map(plain), ...sections, ...restsOn(report.scenarios)].join('\n\n') + '\n';
}

function verdictTable(scenarios: readonly ScenarioReport[]): string {
  const rows = scenarios.map(({ against, access, mapping, memory, verdict, property, states, depth }) =>
    [plain(against), `${access} ${mapping}`, memory, `${verdictWords[verdict]}${property === undefined ? '' : ` ${plain(property)}`}`, String(states), String(depth)]);
  return table(['against', 'fault', 'memory', 'verdict', 'states', 'depth'], ['---', '---', '---', '---', '---:', '---:'], rows);
}

function section(scenario: ScenarioReport): string {
  const { verdict, property, message, reason, trace, irreversible, hasFewestSwitches } = scenario;
  const parts = [`### ${plain(`${titleOf(scenario)}: ${verdictWords[verdict]}${property === undefined ? '' : ` ${property}`}`)}`];
  for (const text of [message, reason]) if (text !== undefined) parts.push(plain(text));
  if (!trace) return parts.join('\n\n');
  if (hasFewestSwitches === false) parts.push('No run is shorter; others as short may change CPUs less often.');
  if (irreversible === 0) parts.push('No run from this start is safe.');
  return [...parts, stepTable(trace, irreversible)].join('\n\n');
}

function stepTable(trace: readonly ReportStep[], irreversible: number | undefined): string {
  const threads = new Map(trace.map(({ cpu, thread }) => [cpu, thread] as const));
  const cpus = [...threads.keys()].sort((a, b) => a - b);
  const rows = trace.map((step, index) => [
    String(index + 1),
    ...cpus.map((cpu) => (cpu === step.cpu ? code(step.action) : '')),
    changed(step, index + 1 === irreversible),
    place(step),
  ]);
  const heads = cpus.map((cpu) => plain(`CPU${cpu} (${threads.get(cpu)!})`));
  return table(['#', ...heads, 'what changes', 'where'], ['---:', ...heads.map(() => '---'), '---', '---'], rows);
}

function changed({ changes, notes = [] }: ReportStep, isIrreversible: boolean): string {
  return [
    ...changes.map(({ what, from, to }) => plain(`${what}: ${from} -> ${to}`)),
    ...notes.map((note) => `*${plain(note)}*`),
    ...(isIrreversible ? [`**${pointOfNoReturn}**`] : []),
  ].join('<br>');
}

/** A link to the line, relative as the file is. */
function place({ file, line }: ReportStep): string {
  if (file === undefined || line === undefined) return '';
  return `[${plain(`${file}:${line}`)}](${target(file)}#L${line})`;
}

function target(file: string): string {
  return encodeURI(file.replaceAll('\\', '/')).replaceAll(/[()#?|]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Scope and assumptions, once each; they qualify every verdict. */
function restsOn(scenarios: readonly ScenarioReport[]): string[] {
  const list = (title: string, items: readonly string[]): string[] => {
    const once = [...new Set(items)];
    return once.length === 0 ? [] : [[title, '', ...once.map((item) => `- ${plain(item)}`)].join('\n')];
  };
  return [
    ...list('Seen in some run (the verdicts are not vacuous):', scenarios.flatMap(({ witnesses }) => witnesses)),
    ...list('Taken for granted:', scenarios.flatMap(({ assumptions }) => assumptions)),
  ];
}

function table(heads: readonly string[], alignment: readonly string[], rows: readonly (readonly string[])[]): string {
  return [heads, alignment, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/**
 * C in a table cell. A code span, in which a bar needs a backslash even so; where that would not do (a
 * backtick, a backslash at a bar or at the end), HTML.
 */
export function code(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  if (line === '') return '';
  if (!/`|\\\||\\$/.test(line)) return `\`${line.replaceAll('|', '\\|')}\``;
  return `<code>${line.replaceAll(/[&<>|`\\*_[\]~]/g, entity)}</code>`;
}

/** What Markdown would read: marks, an underscore that is not inside a word, and what may begin a block. */
const marks = /[\\`*[\]<|~&]|(?<!\w)_|_(?!\w)|^[>#+-]/g;

/** Words on one line, none of which is Markdown. */
function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().replaceAll(marks, (mark) => (mark === '&' || mark === '<' ? entity(mark) : `\\${mark}`));
}

function entity(character: string): string {
  return `&#${character.charCodeAt(0)};`;
}
