/**
 * What breaks without it: every piece of a fault path (a lock section, a barrier, a check, a store)
 * is taken out of the extracted program in turn, and every scenario that holds with it is run again.
 * A piece without which something is violated is load-bearing; of the others no more is said than
 * that nothing breaks within the scope of these scenarios.
 */

import { throwIfCancelled } from '../base/cancellation.ts';
import type { Origin, Program } from '../model/types.ts';
import { piecesOf, type Piece } from '../model/pieces.ts';
import { NotModelledError } from '../model/extract/types.ts';
import { profileOfEra } from '../simulator/environment/profile.ts';
import { buildScenario } from '../simulator/scenario.ts';
import type { SearchOptions } from '../simulator/types.ts';
import { builtInFile } from './kernelTree.ts';
import type { Break, ExplainedScenario, PiecePlace, PieceReport } from './report.ts';
import { variants, type ScenarioChoice, type ScenarioSubject } from './scenarios.ts';
import { mostTelling, verdictOf } from './verdicts.ts';

export interface Explanation {
  readonly scenarios: readonly ExplainedScenario[];
  readonly pieces: readonly PieceReport[];
}

/** One scenario as pieces are run through it. */
export interface Trial {
  readonly choice: ScenarioChoice;
  readonly programs: readonly { readonly thread: string; readonly program: Program }[];
  /** The verdict with one thread's program replaced; unchanged where none is given. */
  run(thread?: number, program?: Program): ReturnType<typeof verdictOf>;
}

export interface ExplainLimits {
  /** Which pieces; all by default. */
  readonly wants?: (piece: Piece) => boolean;
  /** Stop at a piece's first violation instead of trying every scenario. */
  readonly firstOnly: boolean;
}

/** The trials of an extracted fault path: only the fault's own program is taken apart. */
export function trialsOf(subject: ScenarioSubject, against: readonly string[]): { trials: Trial[]; notModelled: ExplainedScenario[] } {
  const trials: Trial[] = [];
  const notModelled: ExplainedScenario[] = [];
  for (const name of against) {
    try {
      for (const { access, mapping, extraction, size } of variants(subject, name)) {
        const choice = { against: name, access, mapping };
        const model = buildScenario({ fault: extraction.program, size, adversary: name, profile: profileOfEra(subject.era) });
        trials.push(trialOf(choice, model, searchOptions(subject), [{ thread: 'fault', program: extraction.program }]));
      }
    } catch (error) {
      if (!(error instanceof NotModelledError)) throw error;
      notModelled.push({ against: name, access: 'read', mapping: 'shared', verdict: 'notModelled', reason: error.reason });
    }
  }
  return { trials, notModelled };
}

export function trialOf(choice: ScenarioChoice, model: Parameters<typeof mostTelling>[0], options: SearchOptions, programs: Trial['programs']): Trial {
  return {
    choice, programs,
    run(thread, program) {
      throwIfCancelled(options.cancellation);
      const threads = model.threads.map((each, index) => (index === thread && program ? { ...each, program } : each));
      return verdictOf(mostTelling({ ...model, threads }, options));
    },
  };
}

function searchOptions({ options, now }: ScenarioSubject): SearchOptions {
  const { memory, maxStates, maxBytes, timeoutMs, cancellation } = options;
  return { memory, maxStates, ...(maxBytes === undefined ? {} : { maxBytes }), timeoutMs, now, cancellation };
}

/** Cheap scenarios first: a violation found early saves the dear ones. */
export function explainTrials(all: readonly Trial[], limits: ExplainLimits): Explanation {
  const baselines = all.map((trial) => ({ trial, verdict: trial.run() }));
  const scenarios = baselines.map(({ trial, verdict: { verdict, property, reason } }): ExplainedScenario =>
    ({ ...trial.choice, verdict, ...(property === undefined ? {} : { property }), ...(reason === undefined ? {} : { reason }) }));
  const sound = baselines.filter(({ verdict }) => verdict.verdict === 'holds').sort((a, b) => a.verdict.states - b.verdict.states);
  const explained = new Map<string, Explained>();
  for (const { trial } of sound) {
    trial.programs.forEach(({ thread, program }, index) => {
      for (const [key, piece] of keyed(piecesOf(program), thread)) {
        if (limits.wants && !limits.wants(piece)) continue;
        const known = explained.get(key) ?? { thread, piece, breaks: [], held: 0, untested: 0, bounded: 0 };
        explained.set(key, known);
        if (!limits.firstOnly || known.breaks.length === 0) tryWithout(known, trial, index, piece);
      }
    });
  }
  const pieces = [...explained.values()].map(pieceReport);
  const hasSource = pieces.some(({ places }) => places.length > 0);
  return { scenarios, pieces: pieces.filter(({ places }) => places.length > 0 || !hasSource) };
}

interface Explained {
  readonly thread: string;
  readonly piece: Piece;
  readonly breaks: Break[];
  held: number;
  untested: number;
  bounded: number;
}

/** Equal texts at equal places, and without places in equal order, are one piece over all scenarios. */
function keyed(pieces: readonly Piece[], thread: string): Map<string, Piece> {
  const keys = new Map<string, Piece>();
  for (const piece of pieces) {
    const place = piece.origins[0]?.place;
    const base = `${thread} ${piece.kind} ${place ? `${place.file}:${place.line} ` : ''}${piece.text}`;
    let key = base;
    for (let count = 2; keys.has(key); count++) key = `${base} #${count}`;
    keys.set(key, piece);
  }
  return keys;
}

function tryWithout(known: Explained, trial: Trial, thread: number, piece: Piece): void {
  const result = trial.run(thread, piece.without);
  if (result.verdict === 'holds') known.held++;
  else if (result.verdict === 'notModelled') known.untested++;
  else if (result.verdict === 'bounded') known.bounded++;
  else known.breaks.push({ ...trial.choice, property: result.property ?? '', message: result.message ?? '', trace: result.trace ?? [] });
}

function pieceReport({ thread, piece, breaks, held, untested, bounded }: Explained): PieceReport {
  const verdict = breaks.length > 0 ? 'loadBearing' : bounded > 0 ? 'bounded' : held > 0 ? 'notNeeded' : 'notTested';
  return { kind: piece.kind, thread, text: piece.text, places: placesOf(piece.origins), verdict, breaks, held, untested, bounded };
}

/** Source lines, each once. */
function placesOf(origins: readonly Origin[]): PiecePlace[] {
  const places = new Map<string, PiecePlace>();
  for (const { place, text } of origins) {
    if (!place || place.file === builtInFile) continue;
    const key = `${place.file}:${place.line}`;
    if (!places.has(key)) places.set(key, { file: place.file, line: place.line, function: place.function, text });
  }
  return [...places.values()];
}
