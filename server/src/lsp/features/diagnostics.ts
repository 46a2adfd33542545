/**
 * Diagnostics: local rules a moment after each edit, in a worker of their own; simulation after open,
 * save or a pause, in another; both merged. Pushed, or pulled by clients that can be asked to pull
 * again. A newer edit cancels the simulation under way; local rules run to their end, so that the
 * worker keeps what it has read, and once more for the newest text.
 */

import {
  DocumentDiagnosticReportKind,
  LSPErrorCodes,
  ResponseError,
  type CancellationToken,
  type Diagnostic,
  type DocumentDiagnosticReport,
} from 'vscode-languageserver';
import type { FaultPath } from '../../engine/types.ts';
import type { CheckReport, Finding, UnreadBranch } from '../../engine/report.ts';
import type { LineEdit, OpenDocument } from '../documents.ts';
import { checkData } from '../engineOptions.ts';
import { FindingStore } from '../findingStore.ts';
import { describeError, guarded, inBackground } from '../log.ts';
import type { Session } from '../session.ts';
import { toDiagnostic, toUnreadHint } from '../toProto.ts';
import type { RunningJob } from '../workerHost.ts';
import type { DocumentStatus, StatusSink } from './status.ts';

/** Long enough to skip the keystrokes of a word, short enough to feel immediate. */
const typingDelayMs = 150;
/** A pause in typing after which `onType` simulates. */
const idleDelayMs = 1000;
/** The first check of a file reads much of its kernel tree; what takes longer than this is stuck. */
const localLimitMs = 120_000;

interface DocumentState {
  readonly store: FindingStore;
  version: number;
  /** The version whose local findings are in the store. */
  localVersion: number | undefined;
  functions: CheckReport['functions'] | undefined;
  faultPaths: readonly FaultPath[];
  /** As of the last check. */
  unread: readonly UnreadBranch[];
  typingTimer: NodeJS.Timeout | undefined;
  idleTimer: NodeJS.Timeout | undefined;
  /** The local check under way, and whether to check once more after it. */
  checking: Promise<void> | undefined;
  isCheckWanted: boolean;
  running: RunningJob<CheckReport> | undefined;
}

export class DiagnosticsFeature {
  private readonly states = new Map<string, DocumentState>();

  constructor(
    private readonly session: Session,
    private readonly status: StatusSink,
  ) {}

  opened(document: OpenDocument): void {
    const state: DocumentState = {
      store: new FindingStore(), version: document.version, localVersion: undefined, functions: undefined, faultPaths: [], unread: [],
      typingTimer: undefined, idleTimer: undefined, checking: undefined, isCheckWanted: false, running: undefined,
    };
    this.states.set(document.uri, state);
    this.later('check', this.checkAndSimulate(document.uri));
  }

  changed(document: OpenDocument, edits: readonly LineEdit[] | undefined): void {
    const state = this.states.get(document.uri);
    if (!state) return;
    state.version = document.version;
    state.store.edited(edits);
    state.unread = [];
    this.stop(state);
    state.typingTimer = setTimeout(() => this.later('check', this.checkLocally(document.uri)), typingDelayMs);
    state.idleTimer = setTimeout(() => this.later('simulate', this.simulateIf(document.uri, ['onType'])), idleDelayMs);
  }

  saved(document: OpenDocument): void {
    this.later('check', this.checkAndSimulate(document.uri));
  }

  closed(document: OpenDocument): void {
    const state = this.states.get(document.uri);
    if (!state) return;
    this.stop(state);
    this.states.delete(document.uri);
    this.push(document.uri, undefined, []);
  }

  /** Everything again: settings changed, or a file on disk that others may include. */
  refreshAll(): void {
    for (const uri of this.states.keys()) this.later('check', this.checkAndSimulate(uri));
    if (this.session.abilities.pullsDiagnostics) this.later('refresh', this.askForPull());
  }

  stopAll(): void {
    for (const state of this.states.values()) this.stop(state);
  }

  findings(uri: string): readonly Finding[] {
    return this.states.get(uri)?.store.all() ?? [];
  }

  /** textDocument/diagnostic */
  async pull(uri: string, previousResultId: string | undefined, token: CancellationToken): Promise<DocumentDiagnosticReport> {
    const state = this.states.get(uri);
    if (!state) return { kind: DocumentDiagnosticReportKind.Full, items: [] };
    const wanted = state.version;
    while (state.localVersion !== wanted && state.version === wanted && !token.isCancellationRequested) await this.checkLocally(uri);
    if (token.isCancellationRequested || state.version !== wanted) {
      throw new ResponseError(LSPErrorCodes.ServerCancelled, 'the document changed', { retriggerRequest: true });
    }
    const resultId = `${state.version}.${state.store.generation}`;
    if (resultId === previousResultId) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId };
    return { kind: DocumentDiagnosticReportKind.Full, resultId, items: this.items(state) };
  }

  private async checkAndSimulate(uri: string): Promise<void> {
    await this.checkLocally(uri);
    await this.simulateIf(uri, ['onSave', 'onType']);
  }

  /** Joins a check that is under way, which then runs again for the newest text. */
  private checkLocally(uri: string): Promise<void> {
    const state = this.states.get(uri);
    if (!state) return Promise.resolve();
    clearTimeout(state.typingTimer);
    state.isCheckWanted = true;
    state.checking ??= this.checkWhileWanted(uri, state).finally(() => {
      state.checking = undefined;
    });
    return state.checking;
  }

  private async checkWhileWanted(uri: string, state: DocumentState): Promise<void> {
    while (state.isCheckWanted && this.states.get(uri) === state) {
      state.isCheckWanted = false;
      await this.checkOnce(uri, state);
    }
  }

  private async checkOnce(uri: string, state: DocumentState): Promise<void> {
    const settings = await this.session.settingsOf(uri);
    const engine = await this.session.engine;
    const document = this.session.documents.get(uri);
    if (!document) return;
    if (!settings.diagnostics || document.unfit !== undefined || !engine) {
      state.store.clear();
      state.faultPaths = [];
      state.unread = [];
    } else {
      const { outcome } = this.session.rules.run({ kind: 'check', path: document.path, options: checkData(settings, false) }, 'urgent', localLimitMs);
      const answer = await outcome;
      if (answer.kind === 'failed' && answer.isUsage) this.session.log.warn(`check ${document.path}: ${answer.message}`);
      if (state.version !== document.version) return;
      const report = answer.kind === 'done' ? answer.value : undefined;
      state.store.setLocal(report ? ownFindings(report, document.path) : []);
      state.functions = report?.functions;
      state.faultPaths = guarded(this.session.log, `fault paths of ${document.path}`, [], () => engine.faultPaths(document.path));
      state.unread = settings.unreadBranches ? guarded(this.session.log, `unread branches of ${document.path}`, [], () => engine.unreadBranches(document.path)) : [];
    }
    state.localVersion = document.version;
    this.publish(uri, state);
  }

  private async simulateIf(uri: string, when: readonly string[]): Promise<void> {
    const settings = await this.session.settingsOf(uri);
    const engine = await this.session.engine;
    const document = this.session.documents.get(uri);
    const state = this.states.get(uri);
    if (!state || !document || !engine || document.unfit !== undefined || !settings.diagnostics || !when.includes(settings.simulate)) return;
    const paths = state.faultPaths;
    if (paths.length === 0) {
      state.store.setSimulated([], []);
      this.publish(uri, state);
      return;
    }
    state.running?.cancel();
    const job = this.session.simulation.run({ kind: 'check', path: document.path, options: checkData(settings, true) }, 'background');
    state.running = job;
    this.status.show(this.statusOf(uri, state, 'simulating'));
    const outcome = await job.outcome;
    if (state.running !== job) return;
    state.running = undefined;
    if (outcome.kind === 'done' && state.version === document.version) {
      state.store.setSimulated(ownFindings(outcome.value, document.path), paths);
      state.functions = outcome.value.functions;
    }
    this.publish(uri, state);
    if (outcome.kind === 'failed') this.status.show(this.statusOf(uri, state, 'failed', outcome.message));
    if (outcome.kind === 'done' && this.session.abilities.pullsDiagnostics) await this.askForPull();
  }

  private publish(uri: string, state: DocumentState): void {
    if (this.states.get(uri) !== state) return;
    this.push(uri, state.version, this.items(state));
    this.status.show(this.statusOf(uri, state, state.running ? 'simulating' : 'idle'));
  }

  private push(uri: string, version: number | undefined, diagnostics: Diagnostic[]): void {
    if (this.session.abilities.pullsDiagnostics) return;
    const params = { uri, diagnostics, ...(version === undefined ? {} : { version }) };
    this.later('publishDiagnostics', this.session.connection.sendDiagnostics(params));
  }

  private async askForPull(): Promise<void> {
    try {
      await this.session.connection.languages.diagnostics.refresh();
    } catch (error) {
      this.session.log.warn(`workspace/diagnostic/refresh: ${describeError(error)}`);
    }
  }

  private items(state: DocumentState): Diagnostic[] {
    return [...state.store.all().map((finding) => toDiagnostic(finding, this.session.proto)), ...state.unread.map(toUnreadHint)];
  }

  private statusOf(uri: string, state: DocumentState, phase: DocumentStatus['phase'], message?: string): DocumentStatus {
    const { functions } = state;
    return {
      uri,
      phase,
      findings: state.store.all().length,
      faultPaths: state.faultPaths.length,
      ...(message === undefined ? {} : { message }),
      ...(functions ? { functions: { total: functions.total, analysed: functions.analysed, notModelled: functions.notModelled.length } } : {}),
    };
  }

  private stop(state: DocumentState): void {
    clearTimeout(state.typingTimer);
    clearTimeout(state.idleTimer);
    state.running?.cancel();
    state.running = undefined;
  }

  private later(what: string, activity: Promise<unknown>): void {
    inBackground(this.session.log, what, activity);
  }
}

function ownFindings(report: CheckReport, path: string): readonly Finding[] {
  return report.findings.filter((finding) => finding.file === path);
}

