/**
 * Findings of one document from two sources: the local rules, run on every edit, and the simulation,
 * run now and then on an older text. Findings of the simulation move with later edits; those of a
 * function that was edited since are dropped, because their interleaving may no longer exist.
 */

import type { Finding } from '../engine/report.ts';
import type { FaultPath } from '../engine/types.ts';
import type { LineEdit } from './documents.ts';

interface SimulatedFinding {
  readonly finding: Finding;
  /** The function's first and last line, 1-based; an edit in between drops the finding. */
  readonly firstLine: number;
  readonly lastLine: number;
}

export class FindingStore {
  private local: readonly Finding[] = [];
  private simulated: readonly SimulatedFinding[] = [];
  private generationCount = 0;

  /** Changes whenever `all` may give another answer. */
  get generation(): number {
    return this.generationCount;
  }

  setLocal(findings: readonly Finding[]): void {
    this.local = findings;
    this.generationCount++;
  }

  /** The findings of a run over the current text that also simulated; the local ones among them are known already. */
  setSimulated(findings: readonly Finding[], faultPaths: readonly FaultPath[]): void {
    const extents = new Map(faultPaths.map((path) => [path.function, path]));
    const local = new Set(this.local.map(keyOf));
    const simulated = findings.filter((finding) => !local.has(keyOf(finding)));
    this.simulated = simulated.map((finding) => {
      const extent = extents.get(finding.function);
      return { finding, firstLine: extent?.line ?? finding.line, lastLine: extent?.endLine ?? finding.endLine };
    });
    this.generationCount++;
  }

  /** Moves what the simulation found; `undefined` stands for a new text. Local findings are found anew anyway. */
  edited(edits: readonly LineEdit[] | undefined): void {
    if (this.simulated.length === 0) return;
    this.generationCount++;
    if (!edits) {
      this.simulated = [];
      return;
    }
    for (const edit of edits) {
      this.simulated = this.simulated.flatMap((entry) => {
        const moved = moveEntry(entry, edit);
        return moved ? [moved] : [];
      });
    }
  }

  clear(): void {
    this.local = [];
    this.simulated = [];
    this.generationCount++;
  }

  /** Both sources without repetition, in source order. */
  all(): readonly Finding[] {
    const merged = new Map<string, Finding>();
    for (const finding of this.local) merged.set(keyOf(finding), finding);
    for (const { finding } of this.simulated) merged.set(keyOf(finding), finding);
    return [...merged.values()].sort((a, b) => a.line - b.line || a.column - b.column || (a.code < b.code ? -1 : 1));
  }
}

function keyOf({ code, line, column, message }: Finding): string {
  return `${code}:${line}:${column}:${message}`;
}

function moveEntry(entry: SimulatedFinding, edit: LineEdit): SimulatedFinding | undefined {
  const firstEdited = edit.startLine + 1;
  const lastEdited = edit.endLine + 1;
  if (firstEdited > entry.lastLine) return entry;
  if (lastEdited >= entry.firstLine) return undefined;
  if (edit.delta === 0) return entry;
  return {
    finding: moveFinding(entry.finding, edit),
    firstLine: entry.firstLine + edit.delta,
    lastLine: entry.lastLine + edit.delta,
  };
}

/** Fixes do not move: they are offered again after the next simulation. */
function moveFinding(finding: Finding, edit: LineEdit): Finding {
  const move = (file: string, line: number): number => (file === finding.file && line > edit.endLine + 1 ? line + edit.delta : line);
  return {
    ...finding,
    line: finding.line + edit.delta,
    endLine: finding.endLine + edit.delta,
    related: finding.related.map((place) => ({ ...place, line: move(place.file, place.line) })),
    fixes: [],
  };
}
