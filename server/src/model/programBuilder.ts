/**
 * Builds programs in the order in which they run, so that environment programs and built-in
 * protocols read like the kernel code they stand for:
 *
 *     const b = new ProgramBuilder('truncate');
 *     b.step('inode->i_size = 0', { kind: 'store', … });
 *     b.when('page_mapped(page)?', local(mapped), () => unmap(b));
 *
 * Each `step` is one atomic transition. Control flow is built from labels; a program that falls
 * off its end finishes. It throws on mistakes of the program text (a label never placed).
 */

import type { LocalId, LocationId, Origin, Program, SourcePlace, Step, Transition, Value, ValueFormat } from './types.ts';
import { constant, not } from './values.ts';

/** A place in the program that can be jumped to before or after it is placed. */
export interface Label {
  readonly name: string;
  readonly location: LocationId;
}

export interface LocalOptions {
  readonly min?: number;
  readonly max: number;
  readonly initial?: number;
  readonly format?: ValueFormat;
}

export class ProgramBuilder {
  private readonly locals: { name: string; min: number; max: number; initial: number; format: ValueFormat }[] = [];
  private readonly transitions: Transition[] = [];
  private readonly placed = new Set<LocationId>();
  private locationCount = 2;
  /** Undefined after a jump: what follows is unreachable until a label is placed. */
  private here: LocationId | undefined = 0;
  private place: SourcePlace | undefined;
  /** Prefixed to the text of every step, as `function: `. */
  private context = '';

  private static readonly exit: LocationId = 1;

  constructor(private readonly name: string) {}

  local(name: string, options: LocalOptions): LocalId {
    this.locals.push({ name, min: options.min ?? 0, max: options.max, initial: options.initial ?? 0, format: options.format ?? 'number' });
    return this.locals.length - 1;
  }

  /** Source place of the steps that follow; undefined for none. */
  at(place: SourcePlace | undefined): void {
    this.place = place;
  }

  /** Steps built inside are named `function: text`. */
  inside(context: string, body: () => void): void {
    const outer = this.context;
    this.context = context === '' ? '' : `${context}: `;
    body();
    this.context = outer;
  }

  /** One atomic transition. */
  step(text: string, ...steps: readonly (Step | readonly Step[])[]): void {
    if (this.here === undefined) return;
    const to = this.newLocation();
    this.transition(this.here, to, text, steps.flat());
    this.here = to;
  }

  /** One transition that waits until `condition` holds (over locals and newest cell values). */
  wait(text: string, condition: Value, ...steps: readonly (Step | readonly Step[])[]): void {
    this.step(text, { kind: 'assume', condition }, ...steps);
  }

  /** Branches on a condition over locals. */
  when(text: string, condition: Value, then: () => void, otherwise: () => void = () => undefined): void {
    if (this.here === undefined) return;
    const from = this.here;
    const end = this.label(`end of ${text}`);
    this.here = this.branch(from, text, condition);
    then();
    this.goto(end);
    this.here = this.branch(from, negation(text), not(condition));
    otherwise();
    this.goto(end);
    this.mark(end);
  }

  /** Splits into every one of the bodies, freely. */
  either(text: string, ...bodies: readonly (() => void)[]): void {
    if (this.here === undefined) return;
    const from = this.here;
    const end = this.label(`end of ${text}`);
    for (const body of bodies) {
      this.here = this.branch(from, text, constant(1));
      body();
      this.goto(end);
    }
    this.mark(end);
  }

  /** `for (;;) body`; leave it with `goto`. */
  forever(body: (again: Label) => void): void {
    const again = this.label('loop');
    this.mark(again);
    body(again);
    this.goto(again);
  }

  label(name: string): Label {
    return { name, location: this.newLocation() };
  }

  mark(label: Label): void {
    if (this.placed.has(label.location)) throw new Error(`label ${label.name} is placed twice in ${this.name}`);
    this.placed.add(label.location);
    if (this.here !== undefined) this.jump(this.here, label.location);
    this.here = label.location;
  }

  goto(label: Label): void {
    if (this.here === undefined) return;
    this.jump(this.here, label.location);
    this.here = undefined;
  }

  /** Ends the thread here. */
  finish(): void {
    if (this.here === undefined) return;
    this.jump(this.here, ProgramBuilder.exit);
    this.here = undefined;
  }

  build(): Program {
    this.finish();
    return dropJumps({
      name: this.name,
      locals: this.locals,
      locationCount: this.locationCount,
      entry: 0,
      exits: [ProgramBuilder.exit],
      transitions: this.transitions,
    });
  }

  private branch(from: LocationId, text: string, condition: Value): LocationId {
    const to = this.newLocation();
    this.transition(from, to, text, [{ kind: 'assume', condition }]);
    return to;
  }

  private jump(from: LocationId, to: LocationId): void {
    this.transitions.push({ from, to, steps: [], origin: { text: '', calls: [] } });
  }

  private transition(from: LocationId, to: LocationId, text: string, steps: readonly Step[]): void {
    const words = `${this.context}${text}`;
    const origin: Origin = this.place ? { text: words, place: this.place, calls: [] } : { text: words, calls: [] };
    this.transitions.push({ from, to, steps, origin });
  }

  private newLocation(): LocationId {
    return this.locationCount++;
  }
}

/** The words of a branch that is not taken: `!x` for `x`, `a == b` for `a != b`. */
function negation(text: string): string {
  if (/^![\w(]/.test(text) && !/ /.test(text)) return text.slice(1);
  if (/^[\w>.-]+(\([^()]*\))?$/.test(text)) return `!${text}`;
  if (/^[^=!<>]+ (==|!=) [^=!<>]+$/.test(text)) return text.replace(/ (==|!=) /, (operator) => (operator === ' == ' ? ' != ' : ' == '));
  return `!(${text})`;
}

/** Removes the textless transitions of jumps by merging their ends, and renumbers locations densely. */
function dropJumps(program: Program): Program {
  const isJump = (transition: Transition): boolean => transition.steps.length === 0 && transition.origin.text === '';
  const target = new Map(program.transitions.filter(isJump).map((jump) => [jump.from, jump.to]));
  const resolve = (location: LocationId): LocationId => {
    const seen = new Set<LocationId>();
    while (target.has(location)) {
      if (seen.has(location)) throw new Error(`program ${program.name} has an empty endless loop`);
      seen.add(location);
      location = target.get(location)!;
    }
    return location;
  };
  const numbers = new Map<LocationId, LocationId>();
  const number = (location: LocationId): LocationId => {
    const resolved = resolve(location);
    if (!numbers.has(resolved)) numbers.set(resolved, numbers.size);
    return numbers.get(resolved)!;
  };
  const entry = number(program.entry);
  const transitions = program.transitions
    .filter((transition) => !isJump(transition))
    .map((transition) => ({ ...transition, from: number(transition.from), to: number(transition.to) }));
  const exits = program.exits.map(number);
  return { ...program, entry, exits, transitions, locationCount: numbers.size };
}
