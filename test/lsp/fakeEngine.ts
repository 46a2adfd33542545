/**
 * An engine with the real one's face and none of its knowledge: words in the text say how it behaves.
 *   RACE   a finding of a local rule on that line      DEEP   a finding of the simulation, with a trace
 *   THROW  check throws                                HANG   simulation runs until it is cancelled
 *   STUCK  simulation never ends, cancelled or not     CRASH  simulation takes its thread down
 *   SLOW   check takes two seconds
 */

import { throwIfCancelled } from '../../server/src/base/cancellation.ts';
import type { CheckReport, ExplainReport, Finding, RegionsReport, ReportStep, SimulateReport } from '../../server/src/engine/report.ts';
import { readConfiguration } from '../../server/src/engine/configuration/read.ts';
import type { Configuration } from '../../server/src/engine/configuration/types.ts';
import { UsageError, type CheckOptions, type Engine, type EngineHost, type ExplainTarget, type FaultPath, type FunctionGraph, type HoverAnswer, type SimulateOptions } from '../../server/src/engine/types.ts';

export function createFakeEngine(host: EngineHost): Engine {
  return new FakeEngine(host);
}

class FakeEngine implements Engine {
  constructor(private readonly host: EngineHost) {}

  check(path: string, options: CheckOptions): CheckReport {
    const text = this.read(path);
    if (text.includes('THROW')) throw new Error('the fake engine was told to throw');
    const start = Date.now();
    while (text.includes('SLOW') && Date.now() - start < 2000);
    if (options.simulate) misbehave(text, options);
    const findings = text.split('\n').flatMap((line, index): Finding[] => {
      const found = [];
      if (line.includes('RACE')) found.push(finding(path, index + 1, line, 'RACE'));
      if (options.simulate && line.includes('DEEP')) found.push(finding(path, index + 1, line, 'DEEP'));
      return found;
    });
    const total = this.faultPaths(path).length;
    return { version: 1, findings, functions: { total, analysed: total, notModelled: [] }, elapsedMs: 1 };
  }

  configurationFor(): undefined {
    return undefined;
  }

  configuration(path: string): Configuration {
    return readConfiguration(path, this.host.files.readText(path));
  }

  regions(path: string, functionName: string | undefined): RegionsReport {
    const functions = this.faultPaths(path)
      .filter((found) => functionName === undefined || found.function === functionName)
      .map((found) => ({
        file: path,
        function: found.function,
        line: found.line,
        entry: ['mmap lock'],
        regions: [{ lock: 'page lock', object: 'page', startLine: found.line + 1, endLine: found.endLine }],
        exits: [{ line: found.endLine, returns: '0', held: [] }],
      }));
    return { version: 1, functions };
  }

  explain(path: string, target: ExplainTarget, options: SimulateOptions): ExplainReport {
    this.read(path);
    misbehave(this.read(path), options);
    return { version: 1, file: path, era: 'nopage', memory: options.memory, scenarios: [], pieces: [], ...('line' in target ? target : { function: typeof target.function === 'string' ? target.function : '' }) };
  }

  simulate(path: string, functionName: string, options: SimulateOptions): SimulateReport {
    const text = this.read(path);
    const target = this.faultPaths(path).find((found) => found.function === functionName);
    if (!target) throw new UsageError(`${path}: no function ${functionName}`);
    misbehave(text, options);
    const common = { access: 'read', mapping: 'shared', memory: options.memory, depth: 9, elapsedMs: 3, witnesses: ['the pte was set'], assumptions: ['f() has no effect'] } as const;
    const scenarios: SimulateReport['scenarios'] = [
      { ...common, against: 'truncate', verdict: 'violated', property: 'I1', message: 'a pte maps a page that left the cache', states: 120, trace: trace(path, target.line) },
      { ...common, against: 'invalidate', verdict: 'holds', states: 99 },
    ];
    return { version: 1, file: path, function: functionName, era: 'nopage', role: target.role, scenarios: scenarios.filter(({ against }) => options.against.length === 0 || options.against.includes(against)) };
  }

  protocol(_path: string, functionName: string): string {
    return `thread ${functionName} { lock page; set pte }`;
  }

  graph(path: string, functionName: string): FunctionGraph {
    throw new UsageError(`${path}: the fake engine has no graph of ${functionName}`);
  }

  faultPaths(path: string): readonly FaultPath[] {
    const lines = this.read(path).split('\n');
    return lines.flatMap((line, index): FaultPath[] => {
      const name = /^\w[\w *]*?(\w+)\(/.exec(line)?.[1];
      if (name === undefined) return [];
      const end = lines.findIndex((other, at) => at > index && other.startsWith('}'));
      return [{ function: name, line: index + 1, endLine: (end < 0 ? lines.length - 1 : end) + 1, role: 'core' }];
    });
  }

  hover(path: string, line: number, column: number): HoverAnswer | undefined {
    const text = this.read(path).split('\n')[line - 1] ?? '';
    const word = [...text.matchAll(/\w+/g)].find((match) => match.index < column && column <= match.index + match[0].length);
    if (!word) return undefined;
    return { markdown: `**${word[0]}** on line ${line}`, startLine: line, startColumn: word.index + 1, endLine: line, endColumn: word.index + word[0].length + 1 };
  }

  useIndex(): void {
    // Nothing here asks for it.
  }

  unreadBranches(): [] {
    return [];
  }

  useKernelConfig(): void {
    // No text here has an #if.
  }

  changed(): void {
    // Nothing is cached.
  }

  private read(path: string): string {
    const text = this.host.files.readText(path);
    if (text === undefined) throw new UsageError(`${path}: no such file`);
    return text;
  }
}

function finding(path: string, line: number, text: string, word: 'RACE' | 'DEEP'): Finding {
  const column = text.indexOf(word) + 1;
  const place = { file: path, line, column, endLine: line, endColumn: column + word.length };
  return {
    ...place,
    code: word === 'RACE' ? 'FL001' : 'FL900',
    rule: word.toLowerCase(),
    level: 'warning',
    confidence: 'proven',
    function: 'do_no_page',
    message: `${word} found`,
    related: [{ file: path, line: 1, column: 1, message: 'the other side' }],
    ...(word === 'DEEP' ? { trace: trace(path, line) } : {}),
    fixes: [{ title: `Remove ${word}`, edits: [{ file: path, startLine: line, startColumn: column, endLine: line, endColumn: column + word.length, newText: '' }] }],
  };
}

function trace(path: string, line: number): readonly ReportStep[] {
  return [
    { cpu: 0, thread: 'fault', action: 'sequence = mapping->truncate_count', file: path, line, changes: [{ what: 'sequence', from: '0', to: '1' }] },
    { cpu: 1, thread: 'truncate', action: 'i_size = 0', changes: [{ what: 'i_size', from: '1', to: '0' }], notes: ['nobody sees it yet'] },
    { cpu: 0, thread: 'fault', action: 'set_pte', file: path, line: line + 1, changes: [] },
  ];
}

function misbehave(text: string, { cancellation }: CheckOptions | SimulateOptions): void {
  if (text.includes('CRASH')) process.exit(7);
  while (text.includes('HANG')) throwIfCancelled(cancellation);
  while (text.includes('STUCK'));
}
