/** Locks held line by line: the regions of one function or of all, for lists, gutters and hover. */

import type { CfgNode } from '../cfg/types.ts';
import { constantsByEra } from '../ops/vocabulary/fields.ts';
import { lockKey } from '../regions/locks.ts';
import type { LockStates, LockStatus } from '../regions/types.ts';
import { lockName, lockWord, returnValueText } from '../rules/words.ts';
import type { RuleSubject } from '../rules/rule.ts';
import type { KernelTree } from './kernelTree.ts';
import { conditionOf } from './regionConditions.ts';
import { allLockStatesOf } from './lockStates.ts';
import type { Era, FunctionRegions, RegionReport } from './report.ts';
import type { ParsedFile } from './sourceFiles.ts';
import type { FunctionDef } from '../syntax/ast.ts';

/** Of the `wanted` functions; without them, of all of the file that hold a lock. */
export function regionsReport(file: ParsedFile, tree: KernelTree, era: Era, wanted?: readonly FunctionDef[]): FunctionRegions[] {
  return (wanted ?? file.syntax.functions).flatMap((fn) => {
    const states = allLockStatesOf(file, fn, tree, era);
    const report = states && states.notAnalysed === undefined ? functionRegions(states, file, era) : undefined;
    if (report && (wanted !== undefined || report.regions.length > 0)) return [withUnread(report, file, fn, tree)];
    if (wanted === undefined && states?.notAnalysed === undefined) return [];
    return [withUnread(emptyReport(file, fn, states?.notAnalysed), file, fn, tree)];
  });
}

/** Of a function that reaches no lock operation, or that was not analysed: then with the reason. */
function emptyReport(file: ParsedFile, fn: FunctionDef, notAnalysed: string | undefined): FunctionRegions {
  return { file: file.path, function: fn.name, line: file.lines.lineAt(fn.nameSpan.start), entry: [], regions: [], exits: [], ...(notAnalysed === undefined ? {} : { notAnalysed }) };
}

function withUnread(report: FunctionRegions, file: ParsedFile, fn: FunctionDef, tree: KernelTree): FunctionRegions {
  const unread = tree.files.unread(file, fn);
  return unread.length === 0 ? report : { ...report, unread };
}

/** One lock from where it is taken to where it is dropped, in lines. */
interface Span {
  lock: LockStatus;
  readonly nodes: Set<number>;
  isPartial: boolean;
}

export function functionRegions(states: LockStates, file: ParsedFile, era: Era): FunctionRegions {
  const { lines } = file;
  const regions = collectRegions(states).map(({ lock, nodes, isPartial }): RegionReport => {
    const nodeLines = [...nodes].map((id) => lines.lineAt(states.cfg.nodes[id]!.span.start));
    const start = lines.lineAt(Math.max(lock.site.start, lock.origin === 'asserted' ? 0 : states.fn.body.span.start));
    return {
      lock: lockWord(lock.lock), object: lock.name, ...(lock.mode === 'unknown' ? {} : { mode: lock.mode }), startLine: start,
      endLine: Math.max(start, ...nodeLines),
      ...(isPartial ? { when: conditionOf(lock, states) ?? 'some paths' } : {}),
    };
  });
  return {
    file: file.path,
    function: states.fn.name,
    line: lines.lineAt(states.fn.nameSpan.start),
    ...entryLocks(states),
    regions: regions.sort((a, b) => a.startLine - b.startLine || a.endLine - b.endLine || a.lock.localeCompare(b.lock)),
    exits: exitRows(states, subjectOf(states, file, era)),
    ...(states.narrowedBy === undefined ? {} : { narrowedBy: states.narrowedBy }),
    ...(states.unsettled === undefined ? {} : { unsettled: states.unsettled }),
  };
}

function collectRegions(states: LockStates): Span[] {
  const spans = new Map<string, Span>();
  for (const node of states.cfg.nodes) {
    const sets = states.before[node.id] ?? [];
    if (isSilent(node)) continue;
    for (const set of sets) {
      for (const lock of set) {
        const key = `${lock.lock} ${lock.name} ${lock.site.start}`;
        const span = spans.get(key) ?? { lock, nodes: new Set<number>(), isPartial: false };
        spans.set(key, span);
        span.nodes.add(node.id);
        // A later assertion may say how it is held.
        if (span.lock.mode === 'unknown') span.lock = lock;
        if (!sets.every((other) => other.some((each) => each.lock === lock.lock && each.object === lock.object))) span.isPartial = true;
      }
    }
  }
  return [...spans.values()];
}

/** The exit node stands at the closing brace: a lock that is held there is shown by the exits. */
function isSilent(node: CfgNode): boolean {
  return node.action.kind === 'exit' || node.action.kind === 'entry';
}

function entryLocks(states: LockStates): Pick<FunctionRegions, 'entry' | 'perhapsEntry'> {
  const { sure, perhaps } = heldOnEntry(states);
  const plain = (names: readonly string[]): string[] => names.map((name) => name.replaceAll('`', ''));
  return { entry: plain(sure), ...(perhaps.length === 0 ? {} : { perhapsEntry: plain(perhaps) }) };
}

/** Locks that are held when the function is entered: said so, or seen by what it does with them, on all paths or on some. */
export function heldOnEntry({ annotations, exits }: LockStates): { readonly sure: readonly string[]; readonly perhaps: readonly string[] } {
  const names = new Map<string, string>();
  const note = (lock: LockStatus): void => {
    const name = lockName(lock);
    const known = names.get(lockKey(lock));
    // Paths may name one lock in several ways.
    if (known === undefined || name < known) names.set(lockKey(lock), name);
  };
  const annotated = annotations.flatMap(({ macro, lock }) => (macro === '__acquires' ? [] : [lock]));
  for (const lock of annotated) note(lock);
  for (const exit of exits) for (const lock of exit.locks) if (lock.heldOnEntry) note(lock);
  const isSure = (key: string): boolean =>
    annotated.some((lock) => lockKey(lock) === key) || exits.every(({ locks }) => locks.some((lock) => lock.heldOnEntry && lockKey(lock) === key));
  const listed = (are: boolean): string[] => [...new Set([...names].flatMap(([key, name]) => (isSure(key) === are ? [name] : [])))].sort();
  return { sure: listed(true), perhaps: listed(false) };
}

function exitRows(states: LockStates, subject: RuleSubject): FunctionRegions['exits'] {
  const rows = new Map<string, { line: number; returns: string; held: string[] }>();
  for (const exit of states.exits) {
    const row = {
      line: subject.lines.lineAt(exit.site.start),
      returns: returnValueText(subject, exit),
      held: exit.locks.filter((lock) => lock.status === 'held').map((lock) => lockName(lock).replaceAll('`', '')).sort(),
    };
    rows.set(JSON.stringify(row), row);
  }
  return [...rows.values()].sort((a, b) => a.line - b.line || a.returns.localeCompare(b.returns));
}

function subjectOf(states: LockStates, file: ParsedFile, era: Era): RuleSubject {
  const names = new Map(Object.entries(constantsByEra[era]).flatMap(([name, value]) => (/^E[A-Z]+$/.test(name) ? [[-value, `-${name}`] as const] : [])));
  return { states, lines: file.lines, constantName: (value) => names.get(value), constant: (name) => constantsByEra[era][name] };
}
