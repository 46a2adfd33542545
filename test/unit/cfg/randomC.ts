/**
 * Random functions in a small tree of their own, their C, and an interpreter of that tree. It shares
 * nothing with the product: what it does is what C says of each construct.
 */

export type Cond =
  | { readonly kind: 'test'; readonly id: number }
  | { readonly kind: 'not'; readonly of: Cond }
  | { readonly kind: 'and' | 'or'; readonly left: Cond; readonly right: Cond }
  | { readonly kind: 'choose'; readonly test: Cond; readonly then: Cond | undefined; readonly other: Cond }
  | { readonly kind: 'block'; readonly body: readonly Item[]; readonly value: Cond };

export type Item =
  | { readonly kind: 'call' | 'bug'; readonly id: number }
  | { readonly kind: 'set'; readonly value: Cond }
  | { readonly kind: 'guard' | 'free'; readonly id: number }
  | { readonly kind: 'if'; readonly test: Cond; readonly then: Item; readonly other: Item | undefined }
  | { readonly kind: 'while' | 'doWhile' | 'for'; readonly test: Cond; readonly body: Item }
  | { readonly kind: 'each'; readonly id: number; readonly body: Item }
  | { readonly kind: 'scoped'; readonly id: number; readonly body: Item }
  | { readonly kind: 'switch'; readonly id: number; readonly body: readonly Item[] }
  | { readonly kind: 'case'; readonly low: number; readonly high: number }
  | { readonly kind: 'default' | 'break' | 'continue' }
  | { readonly kind: 'label' | 'goto'; readonly name: string }
  | { readonly kind: 'return'; readonly value: Cond | undefined }
  | { readonly kind: 'leaveIf'; readonly test: Cond }
  | { readonly kind: 'block'; readonly body: readonly Item[] };

export const PREAMBLE = `#define LEAVE_IF(c) do { if (c) return 9; } while (0)
`;

// ---- text ------------------------------------------------------------------------------------

export function textOf(body: readonly Item[]): string {
  // A brace in the first column would begin another function.
  return `${PREAMBLE}int f(int x)\n{\n${body.map(textOfItem).join('\n').replace(/^/gm, '\t')}\n}\n`;
}

function textOfCond(cond: Cond): string {
  switch (cond.kind) {
    case 'test':
      return `c${cond.id}()`;
    case 'not':
      return `!(${textOfCond(cond.of)})`;
    case 'and':
      return `(${textOfCond(cond.left)} && ${textOfCond(cond.right)})`;
    case 'or':
      return `likely(${textOfCond(cond.left)} || ${textOfCond(cond.right)})`;
    case 'choose':
      return `(${textOfCond(cond.test)} ? ${cond.then ? textOfCond(cond.then) : ''} : ${textOfCond(cond.other)})`;
    case 'block':
      return `({ ${cond.body.map(textOfItem).join(' ')} ${textOfCond(cond.value)}; })`;
  }
}

function textOfItem(item: Item): string {
  switch (item.kind) {
    case 'call':
      return `f${item.id}();`;
    case 'bug':
      return 'BUG();';
    case 'set':
      return `x = ${textOfCond(item.value)};`;
    case 'guard':
      return `guard(mutex)(&m${item.id});`;
    case 'free':
      return `struct s *p${item.id} __free(kfree) = NULL;`;
    case 'if':
      return `if (${textOfCond(item.test)})\n${textOfItem(item.then)}${item.other ? `\nelse\n${textOfItem(item.other)}` : ''}`;
    case 'while':
      return `while (${textOfCond(item.test)})\n${textOfItem(item.body)}`;
    case 'doWhile':
      return `do\n${textOfItem(item.body)}\nwhile (${textOfCond(item.test)});`;
    case 'for':
      return `for (init(); ${textOfCond(item.test)}; step())\n${textOfItem(item.body)}`;
    case 'each':
      return `list_for_each_entry(p, &h${item.id}, l)\n${textOfItem(item.body)}`;
    case 'scoped':
      return `scoped_guard(mutex, &m${item.id})\n${textOfItem(item.body)}`;
    case 'switch':
      return `switch (s${item.id}()) {\n${item.body.map(textOfItem).join('\n')}\n}`;
    case 'case':
      return item.low === item.high ? `case ${item.low}:` : `case ${item.low} ... ${item.high}:`;
    case 'default':
      return 'default:';
    case 'break':
    case 'continue':
      return `${item.kind};`;
    case 'label':
      return `${item.name}: ;`;
    case 'goto':
      return `goto ${item.name};`;
    case 'return':
      return item.value ? `return ${textOfCond(item.value)};` : 'return 1;';
    case 'leaveIf':
      return `LEAVE_IF(${textOfCond(item.test)});`;
    case 'block':
      return `{\n${item.body.map(textOfItem).join('\n')}\n}`;
  }
}

// ---- what happens ----------------------------------------------------------------------------

/** Answers of calls, and what is seen of a run. Both interpreters write one of their own. */
export class Run {
  readonly events: string[] = [];
  private steps = 0;
  private at = 0;

  constructor(private readonly answers: readonly number[]) {}

  event(name: string): void {
    this.events.push(name);
    if (this.events.length >= 150) throw new Stop();
  }

  answer(): number {
    if (this.at >= this.answers.length) throw new Stop();
    return this.answers[this.at++]!;
  }

  step(): void {
    if (++this.steps > 3000) throw new Stop();
  }
}

/** The run is cut off: answers, events or steps have come to their end. */
export class Stop extends Error {}

type Loop = Item & { kind: 'while' | 'for' | 'doWhile' } | Item & { kind: 'each' };
type Completion = { readonly kind: 'normal' | 'break' | 'continue' | 'return' | 'halt' } | { readonly kind: 'goto'; readonly name: string };
const NORMAL: Completion = { kind: 'normal' };

class Jump extends Error {
  constructor(readonly completion: Completion) {
    super();
  }
}

/** Runs a function's body; the events end with `exit` where it comes to its end. */
export function interpret(body: readonly Item[], run: Run): void {
  const done = runBlock(body, run, undefined);
  if (done.kind !== 'halt') run.event('exit');
}

/** Where a block is entered from: at a label or case somewhere inside, else at its start. */
type Seek = string | undefined;

/** `atEnd` happens before the block's guards are released. */
function runBlock(body: readonly Item[], run: Run, seek: Seek, atEnd: () => void = () => undefined): Completion {
  const releases: string[] = [];
  const leave = (done: Completion): Completion => {
    if (done.kind !== 'halt') for (const release of releases.reverse()) run.event(release);
    return done;
  };
  let at = seek === undefined ? 0 : body.findIndex((item) => holds(item, seek));
  let wanted = seek;
  for (; at < body.length; at++) {
    run.step();
    const item = body[at]!;
    if (item.kind === 'guard') {
      run.event(`enter m${item.id}`);
      releases.push(`leave m${item.id}`);
    } else if (item.kind === 'free') releases.push(`free p${item.id}`);
    const from = wanted;
    const done = jumpOf(() => runItem(item, run, from));
    wanted = undefined;
    if (done.kind === 'normal') continue;
    const target = done.kind === 'goto' ? body.findIndex((each) => holds(each, done.name)) : -1;
    if (done.kind !== 'goto' || target < 0) return leave(done);
    // Labels and guards never share a block, so that nothing has to be released here.
    wanted = done.name;
    at = target - 1;
  }
  return leave(jumpOf(() => {
    atEnd();
    return NORMAL;
  }));
}

/** What `act` comes to, also where a statement expression in it jumps away. */
function jumpOf(act: () => Completion): Completion {
  try {
    return act();
  } catch (error) {
    if (error instanceof Jump) return error.completion;
    throw error;
  }
}

function runItem(item: Item, run: Run, seek: Seek): Completion {
  switch (item.kind) {
    case 'call':
      run.event(`f${item.id}`);
      return NORMAL;
    case 'bug':
      run.event('BUG');
      return { kind: 'halt' };
    case 'set':
      test(item.value, run);
      return NORMAL;
    case 'if':
      if (seek === undefined ? test(item.test, run) : holds(item.then, seek)) return runBody(item.then, run, seek);
      return item.other ? runBody(item.other, run, seek) : NORMAL;
    case 'while':
    case 'for':
    case 'doWhile':
    case 'each':
      return runLoop(item, run, seek);
    case 'scoped': {
      run.event(`enter m${item.id}`);
      const done = runBody(item.body, run, seek);
      if (done.kind !== 'halt') run.event(`leave m${item.id}`);
      return done.kind === 'break' || done.kind === 'continue' ? NORMAL : done;
    }
    case 'switch':
      return runSwitch(item, run, seek);
    case 'break':
    case 'continue':
      return { kind: item.kind };
    case 'goto':
      return { kind: 'goto', name: item.name };
    case 'return':
      if (item.value) test(item.value, run);
      run.event('return');
      return { kind: 'return' };
    case 'leaveIf':
      if (!test(item.test, run)) return NORMAL;
      run.event('return');
      return { kind: 'return' };
    case 'block':
      return runBlock(item.body, run, seek);
    default:
      return NORMAL;
  }
}

function runBody(item: Item, run: Run, seek: Seek): Completion {
  return item.kind === 'block' ? runBlock(item.body, run, seek) : runBlock([item], run, seek);
}

function runLoop(item: Loop, run: Run, seek: Seek): Completion {
  if (item.kind === 'for' && seek === undefined) run.event('init');
  let isFirst = item.kind === 'doWhile' || seek !== undefined;
  for (let from = seek; ; from = undefined) {
    run.step();
    if (!isFirst && !(item.kind === 'each' ? iterates(item.id, run) : test(item.test, run))) return NORMAL;
    isFirst = false;
    const done = runBody(item.body, run, from);
    if (done.kind === 'break') return NORMAL;
    if (done.kind !== 'normal' && done.kind !== 'continue') return done;
    if (item.kind === 'for') run.event('step');
  }
}

export function iterates(id: number, run: Run): boolean {
  run.event(`each h${id}`);
  return run.answer() % 2 === 1;
}

function runSwitch(item: Item & { kind: 'switch' }, run: Run, seek: Seek): Completion {
  let from = seek;
  if (from === undefined) {
    run.event(`s${item.id}`);
    const value = run.answer();
    const fits = item.body.find((each) => each.kind === 'case' && each.low <= value && value <= each.high) ?? item.body.find((each) => each.kind === 'default');
    if (!fits) return NORMAL;
    const rest = item.body.slice(item.body.indexOf(fits));
    from = undefined;
    return afterSwitch(runFrom(item.body, rest, run));
  }
  return afterSwitch(runBlock(item.body, run, from));
}

/** The statements from a case on; a goto inside may lead to any of the body. */
function runFrom(body: readonly Item[], rest: readonly Item[], run: Run): Completion {
  const done = runBlock(rest, run, undefined);
  return done.kind === 'goto' && body.some((each) => holds(each, done.name)) ? runBlock(body, run, done.name) : done;
}

function afterSwitch(done: Completion): Completion {
  return done.kind === 'break' ? NORMAL : done;
}

function test(cond: Cond, run: Run): boolean {
  run.step();
  switch (cond.kind) {
    case 'test':
      run.event(`c${cond.id}`);
      return run.answer() % 2 === 1;
    case 'not':
      return !test(cond.of, run);
    case 'and':
      return test(cond.left, run) && test(cond.right, run);
    case 'or':
      return test(cond.left, run) || test(cond.right, run);
    case 'choose': {
      const isTrue = test(cond.test, run);
      if (isTrue) return cond.then ? test(cond.then, run) : true;
      return test(cond.other, run);
    }
    case 'block': {
      let value = false;
      const done = runBlock(cond.body, run, undefined, () => (value = test(cond.value, run)));
      if (done.kind !== 'normal') throw new Jump(done);
      return value;
    }
  }
}

/** Whether a label stands in an item that a goto may enter. */
function holds(item: Item, name: string): boolean {
  switch (item.kind) {
    case 'label':
      return item.name === name;
    case 'block':
    case 'switch':
      return item.body.some((each) => holds(each, name));
    case 'if':
      return holds(item.then, name) || (item.other !== undefined && holds(item.other, name));
    case 'while':
    case 'doWhile':
    case 'for':
    case 'each':
    case 'scoped':
      return holds(item.body, name);
    default:
      return false;
  }
}
