/** The control-flow graph of one thread of a litmus test as a program of the model language. */

import type { LineIndex, Span } from '../../base/text.ts';
import type { Cfg, CfgNode, Edge } from '../../cfg/types.ts';
import { equal, local, not } from '../../model/values.ts';
import type { Local, LocalId, LocationId, Origin, Program, Step, ThreadIndex, Transition, Value } from '../../model/types.ts';
import type { FunctionDef } from '../../syntax/ast.ts';
import { LitmusError } from './errors.ts';
import { compileEffect, compileValue, type Emitter } from './expressions.ts';
import { addressOf, registerRange, type Variables } from './variables.ts';

export interface ThreadSource {
  readonly file: string;
  readonly lines: LineIndex;
  readonly definition: FunctionDef;
  readonly cfg: Cfg;
}

export interface ThreadProgram {
  readonly program: Program;
  /** Locals by the names of the registers. */
  readonly registers: ReadonlyMap<string, LocalId>;
}

/** `last` is what the thread does when it is done, given its registers. Throws LitmusError for what is not modelled. */
export function threadProgram(
  thread: ThreadIndex, source: ThreadSource, variables: Variables, start: ReadonlyMap<string, number>, last: (register: (name: string) => Value) => readonly Step[],
): ThreadProgram {
  const [problem] = source.cfg.problems;
  if (problem) throw new LitmusError(`line ${source.lines.lineAt(problem.span.start)}: ${problem.reason}`);
  return new ThreadCompiler(thread, source, variables, start).compile(last);
}

class ThreadCompiler implements Emitter {
  readonly variables: Variables;
  readonly parameters: ReadonlyMap<string, number>;
  private readonly locals: Local[] = [];
  private readonly registers = new Map<string, LocalId>();
  private readonly transitions: Transition[] = [];
  private locationCount: number;
  /** Where the next step leaves from. */
  private here: LocationId = 0;
  private span: Span;
  private temporaries = 0;
  previous: 'taken' | 'changed' | undefined;
  private expected: 'taken' | 'changed' | undefined;
  private isExpecting = false;

  constructor(readonly thread: ThreadIndex, private readonly source: ThreadSource, variables: Variables, private readonly start: ReadonlyMap<string, number>) {
    this.variables = variables;
    this.locationCount = source.cfg.nodes.length + 1;
    this.span = source.definition.nameSpan;
    this.parameters = new Map(source.definition.params.map(({ name }) => [name, addressOf(variables, name)]));
  }

  compile(last: (register: (name: string) => Value) => readonly Step[]): ThreadProgram {
    const { cfg, definition } = this.source;
    for (const node of cfg.nodes) this.node(node);
    this.here = cfg.exit;
    this.span = definition.nameSpan;
    const exit = cfg.nodes.length;
    this.add(this.here, exit, last((name) => local(this.register(name))), '');
    const program: Program = {
      name: definition.name, locals: this.locals, locationCount: this.locationCount,
      entry: cfg.entry, exits: [exit], transitions: withoutJumps(this.transitions, exit),
    };
    return { program, registers: this.registers };
  }

  emit(steps: readonly Step[]): void {
    const to = this.locationCount++;
    this.add(this.here, to, steps, this.text());
    this.here = to;
  }

  emitEither(...ways: readonly (readonly Step[])[]): void {
    const to = this.locationCount++;
    for (const steps of ways) this.add(this.here, to, steps, this.text());
    this.here = to;
  }

  temporary(): LocalId {
    return this.local(`#${this.temporaries++}`);
  }

  register(name: string): LocalId {
    const known = this.registers.get(name);
    if (known !== undefined) return known;
    const id = this.local(name, this.start.get(name) ?? 0);
    this.registers.set(name, id);
    return id;
  }

  expect(what: 'taken' | 'changed'): void {
    this.expected = what;
  }

  performed(what: 'taken' | 'changed' | undefined): void {
    // The fence itself comes by here first.
    if (this.expected !== undefined && this.isExpecting && what !== this.expected) this.fail('a fence that upgrades an operation stands before none');
    if (this.isExpecting) this.expected = undefined;
    this.isExpecting = this.expected !== undefined;
    this.previous = what;
  }

  fail(message: string): never {
    throw new LitmusError(`line ${this.source.lines.lineAt(this.span.start)}: ${message}`);
  }

  private node(node: CfgNode): void {
    this.here = node.id;
    this.span = node.span;
    const { action } = node;
    switch (action.kind) {
      case 'entry':
      case 'skip':
        return this.follow(node.successors);
      case 'exit':
        return;
      case 'eval':
        compileEffect(this, action.expr);
        return this.follow(node.successors);
      case 'declare':
        if (action.init) this.emit([{ kind: 'assign', to: this.register(action.name), value: compileValue(this, action.init) }]);
        return this.follow(node.successors);
      case 'return':
        if (action.value) compileEffect(this, action.value);
        return this.follow(node.successors);
      case 'branch':
        return this.branch(compileValue(this, action.condition), node.successors);
      case 'switch':
        return this.switch(compileValue(this, action.value), node.successors);
      case 'iterate':
      case 'guard':
      case 'cleanup':
      case 'halt':
        return this.fail(`'${action.kind}' is not part of a litmus test`);
      case 'unknown':
        return this.fail(action.reason);
    }
  }

  private follow(successors: readonly Edge[]): void {
    for (const { to } of successors) this.add(this.here, to, [], '');
  }

  private branch(condition: Value, successors: readonly Edge[]): void {
    for (const { to, label } of successors) {
      const isTrue = label.kind === 'true';
      this.add(this.here, to, [{ kind: 'assume', condition: isTrue ? condition : not(condition) }], isTrue ? this.text() : `!(${this.text()})`);
    }
  }

  private switch(value: Value, successors: readonly Edge[]): void {
    const cases = successors.map(({ to, label }) => {
      if (label.kind !== 'case') return { to, condition: undefined };
      if (label.high) return this.fail('a case range is not part of a litmus test');
      return { to, condition: equal(value, compileValue(this, label.low)) };
    });
    const known = cases.flatMap(({ condition }) => (condition ? [condition] : []));
    for (const { to, condition } of cases) {
      const steps = (condition ? [condition] : known.map(not)).map((each): Step => ({ kind: 'assume', condition: each }));
      this.add(this.here, to, steps, this.text());
    }
  }

  private local(name: string, initial = 0): LocalId {
    const { min, max } = registerRange(this.variables);
    return this.locals.push({ name, min, max, initial, format: 'number' }) - 1;
  }

  private add(from: LocationId, to: LocationId, steps: readonly Step[], text: string): void {
    this.transitions.push({ from, to, steps, origin: this.origin(text) });
  }

  private text(): string {
    return this.source.lines.text.slice(this.span.start, this.span.end).replace(/;$/, '').replaceAll(/\s+/g, ' ').trim();
  }

  private origin(text: string): Origin {
    if (text === '') return { text, calls: [] };
    const { file, lines, definition } = this.source;
    const start = lines.position(this.span.start);
    const end = lines.position(this.span.end);
    const place = { file, function: definition.name, line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
    return { text, place, calls: [] };
  }
}

/** Merges the ends of transitions that do nothing, where nothing else leaves their start. */
function withoutJumps(transitions: readonly Transition[], exit: LocationId): readonly Transition[] {
  const leaving = new Map<LocationId, Transition[]>();
  for (const each of transitions) leaving.set(each.from, [...(leaving.get(each.from) ?? []), each]);
  const target = (location: LocationId): LocationId => {
    const seen = new Set<LocationId>();
    for (let at = location; ; ) {
      const [only, ...more] = leaving.get(at) ?? [];
      if (at === exit || !only || more.length > 0 || only.steps.length > 0 || seen.has(at)) return at;
      seen.add(at);
      at = only.to;
    }
  };
  return transitions
    .map((each) => ({ ...each, to: target(each.to) }))
    .filter((each) => each.steps.length > 0 || each.from === 0 || target(each.from) === each.from);
}

