/**
 * The result view: draws what the server answered. Selecting a step shows it in the source; keys n and
 * p (or the arrows in the list) walk through the interleaving. The page keeps only what is selected.
 */

import type { FromView, ToView } from '../src/features/viewMessages.ts';
import type { ScenarioReport } from '../../server/src/engine/report.ts';
import type { SimulateAnswer } from '../src/protocol.ts';
import { element } from './dom.ts';
import { scenarioTable, verdictLook } from './scenarios.ts';
import { shortPath, traceTable, type TraceTable } from './trace.ts';

interface ViewState {
  readonly scenario: number;
  readonly keepFocus: boolean;
}

declare function acquireVsCodeApi(): {
  postMessage(message: FromView): void;
  getState(): ViewState | undefined;
  setState(state: ViewState): void;
};

const host = acquireVsCodeApi();
const root = document.getElementById('view')!;
let answer: SimulateAnswer | undefined;
let state: ViewState = host.getState() ?? { scenario: -1, keepFocus: true };
let step = -1;
let steps: TraceTable | undefined;

window.addEventListener('message', ({ data }: MessageEvent<ToView>) => {
  if (data.kind === 'stale') markStale();
  else draw(data.answer, data.isStale);
});
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'n') walk(1);
  else if (event.key === 'p') walk(-1);
});
host.postMessage({ kind: 'ready' });

function draw(newAnswer: SimulateAnswer, isStale: boolean): void {
  answer = newAnswer;
  const detail = element('section', { id: 'detail' });
  const table = scenarioTable(newAnswer.scenarios, (index) => {
    state = { ...state, scenario: index };
    host.setState(state);
    drawScenario(detail, index);
  });
  root.replaceChildren(header(newAnswer), staleNotice(isStale), table.root, detail);
  table.rows.select(initialScenario(newAnswer), 'leave');
}

/** A counterexample first; what was selected before the page was hidden, while it still fits. */
function initialScenario({ scenarios }: SimulateAnswer): number {
  if (scenarios[state.scenario]?.verdict === 'violated') return state.scenario;
  return Math.max(0, scenarios.findIndex(({ verdict }) => verdict === 'violated'));
}

function header({ function: name, file, era, role, summary }: SimulateAnswer): HTMLElement {
  return element(
    'header',
    {},
    element('div', { class: 'title' }, element('h1', {}, name), button('Run again', 'Simulate the current text', () => host.postMessage({ kind: 'rerun' }))),
    element('p', { class: 'summary', role: 'status' }, summary),
    element('p', { class: 'dim' }, `${shortPath(file)}, era ${era}, ${role === 'core' ? 'sets the page-table entry itself' : 'a handler, called through vm_operations_struct'}`),
  );
}

function staleNotice(isStale: boolean): HTMLElement {
  const notice = element('p', { id: 'stale', class: 'stale', role: 'status' }, isStale ? staleText : '');
  notice.hidden = !isStale;
  return notice;
}

const staleText = 'The source has changed since this run. Lines may have moved.';

function markStale(): void {
  const notice = document.getElementById('stale');
  if (!notice) return;
  notice.textContent = staleText;
  notice.hidden = false;
}

function drawScenario(detail: HTMLElement, index: number): void {
  const scenario = answer?.scenarios[index];
  if (!scenario) return;
  step = -1;
  steps = undefined;
  const { mark, words } = verdictLook[scenario.verdict];
  const title = `${scenario.access} of a ${scenario.mapping} mapping, against ${scenario.against}`;
  detail.replaceChildren(
    element('h2', {}, element('span', { class: `verdict ${scenario.verdict}` }, `${mark} ${words}`), ` ${title}`),
    ...[scenario.message, scenario.reason].filter((text) => text !== undefined).map((text) => element('p', { class: 'message' }, text)),
  );
  const bar = element('div', { class: 'bar', role: 'toolbar', aria: { label: 'Counterexample' } }, ...copyButtons(index));
  detail.append(scope(scenario), bar);
  if (scenario.trace) {
    steps = traceTable(scenario.trace, scenario.irreversible, scenario.message ?? '', { onSelect: selectStep, onEnter: (at) => reveal(at, 'asked') });
    bar.prepend(...stepButtons());
    bar.append(keepFocus());
    detail.append(steps.root);
  }
}

function copyButtons(index: number): HTMLElement[] {
  const rendering = answer?.renderings[index];
  const hasTrace = rendering !== undefined && rendering.diagram !== '';
  const text = hasTrace ? rendering.text : (answer?.text ?? '');
  const copyText = button('Copy as text', 'Copy the verdict and its steps', () => host.postMessage({ kind: 'copy', text, what: 'text' }));
  if (!hasTrace) return [copyText];
  const { diagram } = rendering;
  return [copyText, button('Copy as diagram', 'Copy the columns that commit messages use', () => host.postMessage({ kind: 'copy', text: diagram, what: 'diagram' }))];
}

function stepButtons(): HTMLElement[] {
  return [button('Previous', 'Previous step (p)', () => walk(-1)), button('Next', 'Next step (n)', () => walk(1))];
}

function keepFocus(): HTMLElement {
  const keep = element('input', { type: 'checkbox', checked: state.keepFocus, id: 'keep' });
  keep.addEventListener('change', () => {
    state = { ...state, keepFocus: keep.checked };
    host.setState(state);
  });
  return element('label', { title: 'When off, Enter on a step moves the focus to the source' }, keep, ' Keep the focus here');
}

function walk(by: number): void {
  const trace = currentScenario()?.trace;
  if (!trace || !steps) return;
  const next = Math.min(trace.length - 1, Math.max(0, step + by));
  steps.rows.select(next, 'focus');
}

function selectStep(index: number): void {
  step = index;
  reveal(index, 'walking');
}

/** Walking through steps keeps the focus; choosing one by Enter follows the checkbox. */
function reveal(index: number, why: 'walking' | 'asked'): void {
  const scenario = currentScenario();
  const chosen = scenario?.trace?.[index];
  if (chosen?.file === undefined || chosen.line === undefined) {
    host.postMessage({ kind: 'leaveSource' });
    return;
  }
  host.postMessage({
    kind: 'reveal',
    file: chosen.file,
    line: chosen.line,
    column: chosen.column ?? 1,
    label: `CPU${chosen.cpu}, step ${index + 1} of ${scenario?.trace?.length ?? 0}`,
    preserveFocus: why === 'walking' || state.keepFocus,
  });
}

function currentScenario(): ScenarioReport | undefined {
  return answer?.scenarios[state.scenario];
}

function scope({ memory, states, depth, witnesses, assumptions }: ScenarioReport): HTMLElement {
  const list = (title: string, items: readonly string[], none: string): Node[] => [
    element('dt', {}, title),
    ...(items.length === 0 ? [element('dd', { class: 'dim' }, none)] : items.map((item) => element('dd', {}, item))),
  ];
  return element(
    'section',
    { class: 'scope', aria: { label: 'Scope and assumptions' } },
    element(
      'dl',
      {},
      ...list('Scope', [`memory model ${memory}; ${states.toLocaleString('en')} states, up to ${depth} steps deep`], ''),
      ...list('Assumed', assumptions, 'nothing'),
      ...list('Seen', witnesses, 'nothing was recorded'),
    ),
  );
}

function button(text: string, title: string, onClick: () => void): HTMLElement {
  return element('button', { type: 'button', title, onClick }, text);
}
