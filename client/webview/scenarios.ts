/** The table of scenarios: what the fault path ran against, and how it went, in words. */

import type { ScenarioReport, VerdictKind } from '../../server/src/engine/report.ts';
import { element, rowGroup, type RowGroup } from './dom.ts';

interface VerdictLook {
  readonly mark: string;
  readonly words: string;
  readonly meaning: string;
}

export const verdictLook: Readonly<Record<VerdictKind, VerdictLook>> = {
  holds: { mark: '\u2713', words: 'holds', meaning: 'Every interleaving within the scope was tried.' },
  violated: { mark: '\u2717', words: 'violated', meaning: 'An interleaving breaks it; it was replayed.' },
  bounded: { mark: '\u2026', words: 'not finished', meaning: 'A limit was reached before every interleaving was tried.' },
  notModelled: { mark: '?', words: 'not modelled', meaning: 'Something in the function could not be modelled.' },
};

const headings = ['Against', 'Access', 'Mapping', 'Verdict', 'States', 'Depth', 'ms'];

export interface ScenarioTable {
  readonly root: HTMLElement;
  readonly rows: RowGroup;
}

export function scenarioTable(scenarios: readonly ScenarioReport[], onSelect: (index: number) => void): ScenarioTable {
  const rows = scenarios.map(scenarioRow);
  const group = rowGroup(rows, onSelect, onSelect);
  const head = element('tr', { role: 'row' }, ...headings.map((text, index) => element('th', { scope: 'col', ...(index > 3 ? { class: 'number' } : {}) }, text)));
  const root = element('table', { class: 'scenarios', role: 'grid', aria: { label: 'Scenarios' } }, element('thead', {}, head), element('tbody', {}, ...rows));
  return { root: element('div', { class: 'scroll' }, root), rows: group };
}

function scenarioRow({ against, access, mapping, verdict, property, states, depth, elapsedMs }: ScenarioReport): HTMLElement {
  const { mark, words, meaning } = verdictLook[verdict];
  const verdictCell = element(
    'td',
    { class: `verdict ${verdict}`, title: meaning },
    element('span', { class: 'mark', aria: { hidden: 'true' } }, mark),
    words,
    property === undefined ? undefined : element('span', { class: 'property' }, property),
  );
  const numbers = [states.toLocaleString('en'), String(depth), String(Math.round(elapsedMs))];
  return element(
    'tr',
    { class: 'scenario', role: 'row', tabIndex: -1 },
    element('td', {}, against),
    element('td', {}, access),
    element('td', {}, mapping),
    verdictCell,
    ...numbers.map((text) => element('td', { class: 'number' }, text)),
  );
}
