/**
 * The engine: stages and caches behind the face in `types.ts`. One parser, one cache of parsed files,
 * one `KernelTree` for each root. It touches no file system, clock or console of its own.
 */

import { throwIfCancelled } from '../base/cancellation.ts';
import { NotModelledError, type HandlerTable, type SourceFunction } from '../model/extract/types.ts';
import { printProgram } from '../model/printProgram.ts';
import { raceFindings } from './raceFindings.ts';
import { adversaries, allAdversaries } from '../simulator/environment/registry.ts';
import type { SyntaxParser } from '../syntax/parser.ts';
import { builtInOnly, Workspaces, type WorkspaceVocabulary } from './configuration/workspace.ts';
import type { Configuration } from './configuration/types.ts';
import type { Piece } from '../model/pieces.ts';
import type { FunctionDef } from '../syntax/ast.ts';
import { detectEra } from './era.ts';
import { explainTrials, trialsOf, type ExplainLimits } from './explain.ts';
import { choiceOf, choiceSentence, chosenFunction, functionAtLine } from './definitions.ts';
import { FaultPathFinder } from './faultPaths.ts';
import { faultMembers } from '../ops/vocabulary/fields.ts';
import { hoverAt } from './hover.ts';
import type { KernelConfig } from './kernelConfig.ts';
import type { HeaderWords } from './index/headerWords.ts';
import type { TreeIndex } from './index/treeIndex.ts';
import { builtInFile, KernelTree } from './kernelTree.ts';
import { runLocalChecks } from './localChecks.ts';
import { directoryOf, findKernelRoot } from './paths.ts';
import { regionsReport } from './regionsReport.ts';
import type { CheckReport, DefinitionChoice, Era, ExplainReport, Finding, NotModelledFunction, RegionsReport, ScenarioReport, SimulateReport, UnreadBranch } from './report.ts';
import { notModelled, runScenario, variants, type ScenarioChoice, type ScenarioSubject } from './scenarios.ts';
import { maxFileLength, SourceFiles, type ParsedFile } from './sourceFiles.ts';
import { UsageError, type CheckOptions, type Engine, type EngineHost, type ExplainTarget, type FaultPath, type FileHost, type FunctionChoice, type FunctionGraph, type HoverAnswer, type SimulateOptions } from './types.ts';

export function createEngine(host: EngineHost, parser: SyntaxParser): Engine {
  return new FaultlineEngine(host, parser);
}

/** A function that was asked for, and what is to be run for it: undefined where it is no fault path. */
interface ChosenSubject {
  readonly era: Era;
  readonly name: string;
  readonly choice: DefinitionChoice | undefined;
  readonly role: FaultPath['role'];
  readonly subject: ScenarioSubject | undefined;
  /** Fault paths that it is a part of, where it is none itself. */
  readonly wholes?: readonly string[];
}

class FaultlineEngine implements Engine {
  private files: SourceFiles;
  private kernelConfig: KernelConfig | undefined;
  private readonly workspaces: Workspaces;
  /** By root and configuration file. */
  private readonly trees = new Map<string, KernelTree>();
  /** The newest index of each root, for trees that are made later. */
  private readonly indexes = new Map<string, TreeIndex>();
  /** The macros of each root's headers, and those that a tree is read with. */
  private readonly headers = new Map<string, HeaderWords>();
  private readonly headersOf = new WeakMap<KernelTree, HeaderWords>();

  constructor(private readonly host: EngineHost, private readonly parser: SyntaxParser) {
    this.kernelConfig = host.kernelConfig;
    this.files = new SourceFiles(host.files, parser, {}, host.kernelConfig);
    this.workspaces = new Workspaces(host.files);
  }

  changed(path: string): void {
    this.files.forget(path);
    for (const tree of this.trees.values()) tree.changed(path);
  }

  useIndex(root: string, index: TreeIndex): void {
    this.keepIndex(root, index);
    const workspaces = [...this.trees.values()].filter((tree) => tree.root === root).map(({ workspace }) => workspace);
    for (const workspace of workspaces.length > 0 ? workspaces : [builtInOnly]) {
      const known = this.trees.get(placeOf(root, workspace));
      const tree = known && this.isReadWithItsWords(known) ? known : this.newTree(root, workspace);
      this.trees.set(placeOf(root, workspace), tree);
      tree.useIndex(index);
    }
  }

  useKernelConfig(config: KernelConfig | undefined): void {
    this.kernelConfig = config;
    this.files = new SourceFiles(this.host.files, this.parser, {}, config);
    this.trees.clear();
  }

  /** Words that are equal to those before stay the same object, so that trees can be told to be current. */
  private keepIndex(root: string, index: TreeIndex): void {
    this.indexes.set(root, index);
    const { headers } = index.words;
    if (JSON.stringify(this.headers.get(root)) !== JSON.stringify(headers)) this.headers.set(root, headers);
  }

  private isReadWithItsWords(tree: KernelTree): boolean {
    return this.headersOf.get(tree) === (tree.root === undefined ? undefined : this.headers.get(tree.root));
  }

  private newTree(root: string | undefined, workspace: WorkspaceVocabulary): KernelTree {
    const headers = root === undefined ? undefined : this.headers.get(root);
    const hints = workspace.hints(headers);
    const tree = new KernelTree(hints ? new SourceFiles(this.host.files, this.parser, hints, this.kernelConfig) : this.files, root, workspace);
    if (headers) this.headersOf.set(tree, headers);
    return tree;
  }

  check(path: string, options: CheckOptions): CheckReport {
    const started = this.host.now();
    const tree = this.treeOf(path, options.kernel);
    const file = this.open(path, tree);
    const era = this.eraOf(tree, file);
    const local = runLocalChecks(file, tree, era, options.cancellation);
    const races = options.simulate ? this.raceCheck(file, tree, era, options) : { findings: [], notModelled: [] };
    const findings = [...local.findings, ...races.findings]
      .filter((finding) => options.level === 'likely' || finding.confidence === 'proven')
      .sort((a, b) => a.line - b.line || a.column - b.column || a.code.localeCompare(b.code));
    return {
      version: 1,
      findings,
      functions: { total: local.total, analysed: local.analysed, notModelled: [...local.notModelled, ...races.notModelled] },
      elapsedMs: Math.round(this.host.now() - started),
    };
  }

  regions(path: string, which: FunctionChoice | undefined): RegionsReport {
    const tree = this.treeOf(path, undefined);
    const file = this.open(path, tree);
    const chosen = which === undefined ? undefined : chosenFunction(file, which);
    const wanted = typeof which === 'string' ? file.syntax.functions.filter(({ name }) => name === which) : chosen && [chosen];
    return { version: 1, functions: regionsReport(file, tree, this.eraOf(tree, file), wanted) };
  }

  simulate(path: string, which: FunctionChoice, options: SimulateOptions): SimulateReport {
    const { era, role, subject, name: functionName, choice, wholes } = this.subject(path, which, options);
    const head = { version: 1, file: path, function: functionName, era, ...(choice ? { choice } : {}) } as const;
    const against = this.adversariesFor(era, options);
    if (subject === undefined) {
      const reason = whyNoFaultPath(functionName, wholes ?? []);
      const choice: ScenarioChoice = { against: against[0] ?? 'truncate', access: 'read', mapping: 'shared' };
      return { ...head, role: 'core', scenarios: [notModelled(choice, options, new NotModelledError(reason))] };
    }
    const scenarios = against.flatMap((each) => this.runAgainst(each, subject));
    return { ...head, role, scenarios: scenarios.length > 0 ? scenarios : [noneApplies(functionName, against, options)] };
  }

  explain(path: string, target: ExplainTarget, options: SimulateOptions): ExplainReport {
    const file = this.open(path, this.treeOf(path, options.kernel));
    if ('function' in target) return this.explainPath(path, target.function, options, { firstOnly: true });
    const inside = functionAtLine(file, target.line);
    const wants = (piece: Piece): boolean => piece.origins.some(({ place }) => place?.file === file.path && place.line === target.line);
    for (const { path: at, name } of this.pathsThrough(file, inside, options)) {
      const report = this.explainPath(at, name, options, { firstOnly: false, wants });
      if (report.pieces.length > 0) return { ...report, line: target.line };
    }
    throw new UsageError(`${path}:${target.line} is no step of a fault path that could be modelled (in ${inside.name})`);
  }

  /** Fault paths that a line of a function may be a step of: itself, those of its file, the tree's core. */
  private pathsThrough(file: ParsedFile, fn: FunctionDef, options: SimulateOptions): { path: string; name: string }[] {
    const tree = this.treeOf(file.path, options.kernel);
    const finder = new FaultPathFinder(tree, options.era === 'auto' ? this.eraOf(tree, file) : options.era);
    const own = finder.pathsOf(file).sort((a, b) => Number(b.function === fn.name) - Number(a.function === fn.name));
    const core = finder.coreOfTree();
    const paths = own.map((each) => ({ path: file.path, name: each.function }));
    return core && core.file !== file.path && core.file !== builtInFile ? [...paths, { path: core.file, name: core.fn.name }] : paths;
  }

  private explainPath(path: string, which: FunctionChoice, options: SimulateOptions, limits: ExplainLimits): ExplainReport {
    const { era, subject, name, choice } = this.subject(path, which, options);
    if (subject === undefined) throw new UsageError(`${name} in ${path} is not a fault path`);
    const { trials, notModelled: failed } = trialsOf(subject, this.adversariesFor(era, options));
    const { scenarios, pieces } = explainTrials(trials, limits);
    return { version: 1, file: path, function: name, ...(choice ? { choice } : {}), era, memory: options.memory, scenarios: [...scenarios, ...failed], pieces };
  }

  protocol(path: string, which: FunctionChoice, options: SimulateOptions): string {
    const { subject, name: functionName, choice } = this.subject(path, which, options);
    if (subject === undefined) throw new UsageError(`${functionName} in ${path} is not a fault path`);
    try {
      const head = choice ? `${choiceSentence(path, functionName, choice)}\n\n` : '';
      return head + variants(subject, 'truncate')
        .map(({ access, mapping, extraction }) =>
          [`${access}, ${mapping} mapping`, ...extraction.assumptions.map((each) => `assumed: ${each}`), '', printProgram(extraction.program), ''].join('\n'))
        .join('\n')
        .replaceAll(subject.tree.root === undefined ? '\0' : `${subject.tree.root}/`, '');
    } catch (error) {
      if (error instanceof NotModelledError) throw new UsageError(`${functionName} in ${path} is not modelled: ${error.reason}`);
      throw error;
    }
  }

  graph(path: string, which: FunctionChoice): FunctionGraph {
    const tree = this.treeOf(path, undefined);
    const file = this.open(path, tree);
    const fn = chosenFunction(file, which);
    return { file: path, cfg: tree.files.cfg(fn), lines: file.lines, unread: tree.files.unread(file, fn), choice: choiceOf(file, fn) };
  }

  unreadBranches(path: string): readonly UnreadBranch[] {
    const tree = this.treeOf(path, undefined);
    return tree.files.unreadBranches(this.open(path, tree));
  }

  configurationFor(path: string, kernel: string | undefined): Configuration | undefined {
    return this.workspaces.of(path, kernel ?? findKernelRoot(this.host.files, path)).configuration;
  }

  configuration(path: string): Configuration {
    return this.workspaces.read(path);
  }

  faultPaths(path: string): readonly FaultPath[] {
    const tree = this.treeOf(path, undefined);
    const file = this.open(path, tree);
    return new FaultPathFinder(tree, this.eraOf(tree, file)).pathsOf(file);
  }

  hover(path: string, line: number, column: number): HoverAnswer | undefined {
    const tree = this.treeOf(path, undefined);
    const file = this.open(path, tree);
    return hoverAt(file, tree, this.eraOf(tree, file), file.lines.offset({ line, column }));
  }

  private runAgainst(against: string, subject: ScenarioSubject): ScenarioReport[] {
    throwIfCancelled(subject.options.cancellation);
    try {
      return variants(subject, against).map(({ access, mapping, ...variant }) => runScenario(subject, { against, access, mapping }, variant));
    } catch (error) {
      if (error instanceof NotModelledError) return [notModelled({ against, access: 'read', mapping: 'shared' }, subject.options, error)];
      throw error;
    }
  }

  private adversariesFor(era: Era, options: SimulateOptions): readonly string[] {
    const known = allAdversaries(era);
    if (options.against.length === 0) return adversaries(era);
    if (options.against.includes('all')) return known;
    const stranger = options.against.find((each) => !known.includes(each));
    if (stranger !== undefined) throw new UsageError(`there is no adversary '${stranger}'; known: ${known.join(', ')}, all`);
    return options.against;
  }

  /** What is to be run for a function: the core itself, or the tree's core with the handler bound. */
  private subject(path: string, which: FunctionChoice, options: SimulateOptions): ChosenSubject {
    const tree = this.treeOf(path, options.kernel);
    const file = this.open(path, tree);
    const era = options.era === 'auto' ? this.eraOf(tree, file) : options.era;
    const fn = chosenFunction(file, which);
    const source = tree.files.source(file, fn);
    const chosen = { era, name: fn.name, choice: choiceOf(file, fn) };
    const near = new FaultPathFinder(tree, era);
    const role = near.roleOf(source) ?? new FaultPathFinder(tree, era, 'tree').roleOf(source);
    const common = { tree, era, options, now: this.host.now };
    if (role === undefined) return { ...chosen, role: 'core', subject: undefined, wholes: near.wholesOf(source) };
    if (role !== 'handler') return { ...chosen, role, subject: { ...common, root: source, vmOps: { ...(tree.vmOps(era) ?? builtInTable(era)), standsForOthers: true }, entry: role === 'protection' ? 'protection' : 'missing' } };
    const member = near.memberOf(source) ?? faultMembers[0]!;
    const isFault = faultMembers.includes(member);
    const root = near.coreOfTree(isFault ? undefined : member) ?? (isFault ? tree.composite(era === 'nopage' ? 'builtin_core_nopage' : 'builtin_core_fault') : undefined);
    if (!root) return { ...chosen, role, subject: undefined };
    return { ...chosen, role, subject: { ...common, root, vmOps: tableFor(source, tree, file, member), entry: 'missing', isForSharedWrites: !isFault } };
  }

  private raceCheck(file: ParsedFile, tree: KernelTree, era: Era, options: CheckOptions): { findings: Finding[]; notModelled: NotModelledFunction[] } {
    const findings: Finding[] = [];
    const skipped: NotModelledFunction[] = [];
    for (const path of new FaultPathFinder(tree, era).pathsOf(file)) {
      throwIfCancelled(options.cancellation);
      const report = this.simulate(file.path, path.function, { ...options, against: [], access: [], mapping: [], era, without: undefined });
      findings.push(...raceFindings(report, path, () => this.genericVerdicts(path, tree, era, options)));
      const failed = report.scenarios.find((scenario) => scenario.verdict === 'notModelled' || scenario.verdict === 'bounded');
      if (failed) skipped.push({ file: file.path, function: path.function, line: path.line, reason: `simulation: ${failed.reason ?? failed.verdict}` });
    }
    return { findings, notModelled: skipped };
  }

  /** How the tree's core fares with its most used handler: what a single handler is not to blame for. */
  private genericVerdicts(path: FaultPath, tree: KernelTree, era: Era, options: CheckOptions): readonly ScenarioReport[] {
    if (path.role !== 'handler') return [];
    const core = new FaultPathFinder(tree, era).coreOfTree();
    if (!core || core.file === builtInFile) return [];
    return this.simulate(core.file, core.fn.name, { ...options, against: [], access: [], mapping: [], era, without: undefined }).scenarios;
  }

  private open(path: string, tree: KernelTree): ParsedFile {
    const file = tree.files.get(path);
    if (file) return file;
    const text = this.host.files.readText(path);
    if (text !== undefined && text.length > maxFileLength) throw new UsageError(`${path} is too large: ${text.length} characters, at most ${maxFileLength} are read`);
    throw new UsageError(`${path} cannot be read: it does not exist, is a directory, or is not text`);
  }

  private treeOf(path: string, kernel: string | undefined): KernelTree {
    const root = kernel ?? findKernelRoot(this.host.files, path);
    const key = root ?? `beside ${directoryOf(path)}`;
    const workspace = this.workspaces.of(path, root);
    const place = placeOf(key, workspace);
    const known = this.trees.get(place);
    if (known?.workspace === workspace && this.isReadWithItsWords(known)) return known;
    const index = root === undefined ? undefined : (this.indexes.get(root) ?? this.host.indexOf?.(root));
    if (root !== undefined && index) this.keepIndex(root, index);
    const tree = this.newTree(root, workspace);
    this.trees.set(place, tree);
    if (index) useKeptIndex(tree, index, this.host.files);
    return tree;
  }

  private eraOf(tree: KernelTree, file: ParsedFile): Era {
    return detectEra(this.host.files, tree.root, file.text);
  }
}

function whyNoFaultPath(name: string, wholes: readonly string[]): string {
  const none = `${name} neither calls a fault handler and sets a pte nor is a fault handler itself`;
  return wholes.length === 0 ? none : `${none}; it is a part of ${wholes.join(', ')}, which can be simulated`;
}

/** Not silence: nothing was run. */
function noneApplies(functionName: string, against: readonly string[], options: SimulateOptions): ScenarioReport {
  const choice: ScenarioChoice = { against: against[0] ?? 'truncate', access: options.access[0] ?? 'read', mapping: options.mapping[0] ?? 'private' };
  return notModelled(choice, options, new NotModelledError(`${functionName} is not called for a fault that this can be asked of (--access, --mapping, --against)`));
}

/** What a tree is kept under: a root may have several, each with a configuration of its own. */
function placeOf(root: string, { configuration }: WorkspaceVocabulary): string {
  return `${root}\0${configuration?.file ?? ''}`;
}

/** Tables of files that have changed since are read again; a file that is new is not known before the index is built again. */
function useKeptIndex(tree: KernelTree, index: TreeIndex, files: FileHost): void {
  tree.useIndex(index);
  for (const path of index.changedTableFiles((file) => files.stamp(file))) tree.changed(path);
}

/** The table that a handler is a member of; its own file's first. */
function tableFor(handler: SourceFunction, tree: KernelTree, file: ParsedFile, member: string): HandlerTable {
  const own = file.syntax.structInits.find((init) => init.fields.get(member) === handler.fn.name);
  if (own) return { file: file.path, variable: own.variable, fields: own.fields };
  const known = tree.tablesOf(handler.fn.name, member)[0];
  return known ?? { file: handler.file, variable: '(unnamed)', fields: new Map([[member, handler.fn.name]]) };
}

/** What a vma has where the tree has no initialised table: an ordinary handler of the era. */
function builtInTable(era: Era): HandlerTable {
  const handler: readonly [string, string] = era === 'nopage' ? ['nopage', 'builtin_nopage'] : ['fault', 'builtin_fault'];
  return { file: builtInFile, variable: 'a built-in table', fields: new Map([handler]) };
}
