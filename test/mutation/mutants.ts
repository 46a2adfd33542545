/** Faults to seed into the checker, one at a time, and the tests that are to notice each. */

export interface Mutant {
  readonly what: string;
  /** Below server/src/simulator. */
  readonly file: string;
  /** Occurs exactly once. */
  readonly find: string;
  readonly replace: string;
  /** Below test/unit/simulator, without `.test.ts`; the cheapest first. */
  readonly tests: readonly string[];
}

const search = ['search', 'bounded', 'differential'];
const reductions = ['reductions'];
const movers = ['movers'];
const explained = ['explainTrace'];

export const mutants: readonly Mutant[] = [
  { what: 'a property is not checked in new states', file: 'compile/searchCode.ts', find: 'return [`if (n >= 0 && isWrong', replace: 'return [`if (n < -1 && isWrong', tests: search },
  { what: 'a property is checked only where its first cell is written', file: 'compile/searchCode.ts', find: "if (value.kind === 'cell') reads.push(`cell ${value.ref.cell}`);", replace: "if (value.kind === 'cell' && reads.length === 0) reads.push(`cell ${value.ref.cell}`);", tests: search },
  { what: 'start states are not checked', file: 'search.ts', find: 'if (property >= 0) this.events().violated(state, property);', replace: '', tests: ['search'] },
  { what: 'the last thread is never run', file: 'compile/searchCode.ts', find: '...prepared.threads.map((_, index) => `if (c${index} !== ${finished}', replace: '...prepared.threads.slice(0, -1).map((_, index) => `if (c${index} !== ${finished}', tests: search },
  { what: 'a choice is left out', file: 'compile/odometer.ts', find: 'if (this.digits[last]! < this.radices[last]!) return true;', replace: 'if (this.digits[last]! < this.radices[last]! - 1) return true;', tests: search },
  { what: 'states are told apart by hash alone', file: 'compile/searchCode.ts', find: "`if (${words.map((word, offset) => `words[known + ${offset}] === ${word}`).join(' && ')}) {`", replace: '`if (known >= 0) {`', tests: search },
  { what: 'the first word of a state is not compared', file: 'compile/searchCode.ts', find: "`if (${words.map((word, offset) => `words[known + ${offset}] === ${word}`).join(' && ')}) {`", replace: "`if (${words.map((word, offset) => `(${offset} === 0 || words[known + ${offset}] === ${word})`).join(' && ')}) {`", tests: search },
  { what: 'a hash is computed differently when the table grows', file: 'compile/searchCode.ts', find: "'slots[at] = (h & ~mask) | (state + 1);',", replace: "'slots[at] = (h & ~mask) ^ -2147483648 | (state + 1);',", tests: ['bounded', 'search'] },
  { what: 'one state is lost when the table grows', file: 'compile/searchCode.ts', find: 'for (let state = 0, base = 0; state < count;', replace: 'for (let state = 0, base = 0; state < count - 1;', tests: ['bounded', 'search'] },
  { what: 'exploration stops one state early', file: 'search.ts', find: 'for (let state = 0; state < table.count && !this.hasFinding(); ) {', replace: 'for (let state = 0; state < table.count - 1 && !this.hasFinding(); ) {', tests: search },
  { what: 'a deadlock is not reported', file: 'compile/searchCode.ts', find: 'events.deadlock(state);`', replace: ';`', tests: search },
  { what: 'a range is not checked', file: 'compile/transitionCode.ts', find: 'if (isWithin(range, field)) { write(); return; }', replace: 'if (isWithin(range, field) || field.max > 0) { write(); return; }', tests: ['bounded', 'search'] },
  { what: 'a limit is taken for the end', file: 'search.ts', find: "if (this.boundedReason !== undefined) return { verdict: 'bounded'", replace: "if (this.boundedReason === '') return { verdict: 'bounded'", tests: ['bounded', 'search'] },
  { what: 'an exclusive lock is granted beside sharers', file: 'compile/transitionCode.ts', find: "return mode === 'exclusive' ? `(${value} === 0)`", replace: "return mode === 'exclusive' && !this.context.layout.isShared.some(Boolean) ? `(${value} === 0)`", tests: search },
  { what: 'a lock is granted to whoever asks', file: 'compile/transitionCode.ts', find: 'else if (!${this.canGrant(value, mode)}) break', replace: 'else if (false) break', tests: search },
  { what: 'a trylock that fails says that it succeeded', file: 'compile/transitionCode.ts', find: 'this.temporary(`${this.canGrant(value, step.mode)} ? 1 : 0`)', replace: 'this.temporary(`${this.canGrant(value, step.mode)} ? 1 : 1`)', tests: search },
  { what: 'a release is forgotten', file: 'compile/transitionCode.ts', find: 'writeCode(field, index, releasedLock(layout, lock, index, thread))', replace: 'writeCode(field, index, readCode(field, index))', tests: search },
  { what: 'taking a lock twice is no failure', file: 'compile/transitionCode.ts', find: "${this.failed('I18')}`", replace: ';`', tests: search },
  { what: 'releasing what is not held is no failure', file: 'compile/transitionCode.ts', find: "${this.failed('I19')}`", replace: ';`', tests: search },
  { what: 'locks left at the end are no failure', file: 'compile/transitionCode.ts', find: 'if (to === finished) this.locksLeft();', replace: '', tests: search },
  { what: 'a shift is off by one', file: 'layout.ts', find: 'this.used[word] = shift + bits;', replace: 'this.used[word] = shift + bits - 1;', tests: search },
  { what: 'two elements of an array overlap', file: 'layout.ts', find: 'shift: chunk.shift + (index - chunk.first) * field.width', replace: 'shift: chunk.shift + (index - chunk.first) * (field.width - 1)', tests: search },
  { what: 'a cell that is written counts as fixed', file: 'layout.ts', find: "else if (step.kind === 'update') written.add(step.cell.cell);", replace: '', tests: search },
  { what: 'a local that is read later is forgotten', file: 'liveness.ts', find: 'for (const local of valuesOf(step).flatMap(localsRead)) live.add(local);', replace: 'for (const local of valuesOf(step).slice(1).flatMap(localsRead)) live.add(local);', tests: [...search, ...reductions] },
  { what: 'steps on shared cells are fused', file: 'steps.ts', find: "step.kind === 'check' || step.kind === 'if';", replace: "step.kind === 'check' || step.kind === 'if' || step.kind === 'load';", tests: [...search, ...reductions] },
  { what: 'a place where a thread may be stuck is fused away', file: 'fuse.ts', find: '&& isExhaustive(program, leaving.get(location) ?? []);', replace: ';', tests: [...search, ...reductions] },
  { what: 'ample sets ignore what others write (C1)', file: 'reduce/footprint.ts', find: 'if (!(first.isWrite || later.isWrite) || ', replace: 'if (!first.isWrite || ', tests: reductions },
  { what: 'ample sets may be visible (C2)', file: 'reduce/ampleSets.ts', find: "!transitions.some(({ segments }) => visible.isWritten(segments.flat(), 'earlier')) &&", replace: '', tests: reductions },
  { what: 'ample sets look at the next step of others only', file: 'reduce/ampleSets.ts', find: 'let hasChanged = true; hasChanged; ', replace: 'let hasChanged = false; hasChanged; ', tests: reductions },
  { what: 'ample sets may defer for ever (C3)', file: 'compile/ampleCode.ts', find: 'if (taken > 0 && fresh) return taken;', replace: 'if (taken > 0) return taken;', tests: reductions },
  { what: 'what may be moved either way goes both ways at once', file: 'fuse.ts', find: 'entering.every(({ parts }) => parts.every((part) => later[part]))', replace: 'entering.every(({ parts }) => parts.some((part) => later[part]))', tests: movers },
  { what: 'steps that others can see are moved', file: 'reduce/movers.ts', find: "!visible.isWritten(steps, 'later') &&", replace: '', tests: movers },
  { what: 'a lock is dropped later than a property expects', file: 'reduce/visible.ts', find: "moved === 'earlier' ? [this.excusing, this.accusing] : [this.accusing, this.excusing]", replace: "moved === 'later' ? [this.excusing, this.accusing] : [this.accusing, this.excusing]", tests: movers },
  { what: 'a lock guards elements with another index', file: 'reduce/footprint.ts', find: '(index === own ? this.guard(', replace: '(index.length > 0 ? this.guard(', tests: movers },
  { what: 'a lock guards what is touched before it is taken', file: 'reduce/footprint.ts', find: "(span === 'before' && isTaken) || ", replace: '', tests: movers },
  { what: 'a lock guards what is touched after it is dropped', file: 'reduce/footprint.ts', find: " || (span === 'after' && step.kind === 'release')", replace: '', tests: movers },
  { what: 'a trylock counts as a lock that was waited for', file: 'reduce/footprint.ts', find: "const own = step.kind === 'acquire' ? [{", replace: "const own = step.kind === 'acquire' || step.kind === 'tryAcquire' ? [{", tests: movers },
  { what: 'a full barrier takes nothing from others', file: 'reduce/footprint.ts', find: "return this.view('global', true);", replace: 'return [];', tests: movers },
  { what: 'the end of a thread is moved', file: 'reduce/movers.ts', find: 'visible.isEnd && endsThread(program, to)', replace: 'visible.isEnd && to < 0', tests: movers },
  { what: 'an endless run that is found with movers is passed over', file: 'search.ts', find: 'return this.hasFinding() || this.endlessRun() ? undefined', replace: 'return this.hasFinding() ? undefined', tests: movers },
  { what: 'threads are exchanged without the locks they hold', file: 'compile/canonicalCode.ts', find: "y = ${renamed}; ${writeCode(field, index, 'y')}`", replace: 'y = ${renamed};`', tests: reductions },
  { what: 'a property is not asked of exchanged threads', file: 'reduce/symmetry.ts', find: 'return { ...model, properties, witnesses };', replace: 'return { ...model, witnesses };', tests: reductions },
  { what: 'threads that are named count as equal', file: 'reduce/symmetry.ts', find: "if (part.kind === 'self' ||", replace: 'if (', tests: reductions },
  { what: 'the path to a violation loses its first step', file: 'path.ts', find: 'for (; table.parent[state]! >= 0; state = table.parent[state]!) {', replace: 'for (; table.parent[state]! > 0; state = table.parent[state]!) {', tests: search },
  { what: 'a store under a shared lock keeps a load current', file: 'weak/lockCover.ts', find: "held.filter(({ mode }) => mode === 'exclusive')", replace: 'held', tests: ['lockCover'] },
  { what: 'a lock counts as held after its unlock', file: 'heldLocks.ts', find: "else if (step.kind === 'release') release(now, step.lock);", replace: '', tests: ['lockCover'] },
  { what: 'a message that is left alone loses what it brings', file: 'weak/context.ts', find: 'this.viewOf(element, 0), this.viewOf(element, messageCount[element]!));\n    }\n    data[to++]', replace: 'this.viewOf(element, 0), this.viewOf(element, messageCount[element]! > 1 ? messageCount[element]! : 0));\n    }\n    data[to++]', tests: ['litmus'] },
  { what: 'contexts are compared without what messages bring', file: 'weak/contextOrder.ts', find: ' && this.areMessagesAtMost();', replace: ';', tests: ['weakReductions'] },
  { what: 'contexts are compared without what threads have seen', file: 'weak/contextOrder.ts', find: ' && this.areRowsAtMost()', replace: '', tests: ['weakReductions'] },
  { what: 'messages of one value are one, whatever they bring', file: 'weak/repeats.ts', find: 'if (this.hasSameValue(element, time) && this.bringSame(element, time, guards))', replace: 'if (this.hasSameValue(element, time))', tests: ['weakReductions'] },
  { what: 'locks of the last way to a load count for all ways', file: 'weak/guards.ts', find: 'return after === neverLoaded ? locks : locks & (after | taken);', replace: 'return after === neverLoaded ? locks : after | taken;', tests: ['weakReductions'] },
  { what: 'a load with acquire orders nothing', file: 'weak/views.ts', find: 'this.joinMessage(isAcquire ? this.rows.current(thread) : this.rows.acquired(thread), view);', replace: 'this.joinMessage(this.rows.acquired(thread), view);', tests: ['litmus'] },
  { what: 'a message does not bring what a barrier before it ordered', file: 'weak/views.ts', find: 'const carried = [rows.released(thread), rows.global,', replace: 'const carried = [rows.global,', tests: ['litmus'] },
  { what: 'a lock hands nothing over', file: 'weak/views.ts', find: 'this.join(rows.current(thread), rows.lock(lock), rows.handedReads(thread));', replace: 'this.join(rows.current(thread), rows.handedReads(thread));', tests: ['litmus'] },
  { what: 'an old value in a trace costs nothing', file: 'explain/fewestSwitches.ts', find: 'const own = edge.oldReads * oldReadCost;', replace: 'const own = 0;', tests: explained },
  { what: 'a run with more changes of CPU is taken for the best', file: 'explain/fewestSwitches.ts', find: 'return known.cost <= run.cost ? runs', replace: 'return known.cost > run.cost ? runs', tests: explained },
  { what: 'endings of the same depth are left out', file: 'explain/fewestSwitches.ts', find: 'const end = this.found.levels[this.depth + 1] ?? table.count;', replace: 'const end = this.found.finding.state + 1;', tests: explained },
  { what: 'a deadlock counts as a good end', file: 'explain/irreversible.ts', find: 'if (taken === 0 && !this.deadlocked.has(state)) return true;', replace: 'if (taken === 0) return true;', tests: explained },
  { what: 'runs go on after a violation', file: 'explain/irreversible.ts', find: 'if (!this.violated.has(next)) pending.push(next);', replace: 'pending.push(next);', tests: explained },
  { what: 'a run that leaves its range counts as lost', file: 'explain/irreversible.ts', find: 'outOfRange: () => { this.isUncertain = true; },', replace: 'outOfRange: () => undefined,', tests: explained },
  { what: 'fused steps are lost at their end only', file: 'explain/irreversible.ts', find: 'if (steps.length < 2) return steps.length;', replace: 'if (steps.length > 0) return steps.length;', tests: explained },
];
