/**
 * The parts of a litmus test in herd's C dialect: a name, a comment, start values, threads in C,
 * and a condition on the final state. Comments and everything that is not C become blanks of equal
 * length, so that lines in the threads are those of the file.
 */

import { parseCondition, type Condition } from './condition.ts';
import { LitmusError } from './errors.ts';

export interface StartValue {
  /** Undefined for a shared variable; else the thread whose register it is. */
  readonly thread: number | undefined;
  readonly name: string;
  /** A number, or the name of the variable whose address it is. */
  readonly value: number | string;
}

export type Quantifier = 'exists' | 'notExists' | 'forall';

export interface LitmusFile {
  readonly name: string;
  /** What the `Result:` line of the comment says. */
  readonly expected: string | undefined;
  readonly start: readonly StartValue[];
  /** C with one function for each thread; same lines as the file. */
  readonly code: string;
  readonly filter: Condition | undefined;
  readonly quantifier: Quantifier;
  readonly condition: Condition;
}

/** Throws LitmusError for what is no litmus test of C. */
export function readLitmusFile(text: string): LitmusFile {
  const expected = /^[ \t*(]*Result:\s*(\w+)/m.exec(text)?.[1];
  const plain = blankComments(text);
  const head = /^\s*C\s+(\S[^\n]*)/.exec(plain);
  if (!head) throw new LitmusError("it is no litmus test of C: it does not begin with 'C NAME'");
  const firstThread = plain.search(/^\s*(?:(?:static\s+)?void\s+)?P\d+\s*\(/m);
  if (firstThread < 0) throw new LitmusError('it has no thread');
  const tail = /^[ \t]*(locations\b|filter\b|exists\b|~\s*exists\b|forall\b)/m.exec(plain.slice(firstThread));
  if (!tail) throw new LitmusError("it has no 'exists', '~exists' or 'forall'");
  const end = firstThread + tail.index;
  return {
    name: head[1]!.trim(),
    expected,
    start: startValues(plain.slice(head[0].length, firstThread)),
    code: threadCode(plain, firstThread, end),
    ...finalState(plain.slice(end)),
  };
}

/** `(* … *)`, which nest, and C's own comments. */
function blankComments(text: string): string {
  let out = '';
  for (let at = 0; at < text.length; ) {
    const end = commentEnd(text, at);
    out += end === undefined ? text[at]! : text.slice(at, end).replaceAll(/[^\n]/g, ' ');
    at = end ?? at + 1;
  }
  return out;
}

function commentEnd(text: string, at: number): number | undefined {
  const until = (mark: string): number => {
    const end = text.indexOf(mark, at + 2);
    return end < 0 ? text.length : end + mark.length;
  };
  if (text.startsWith('//', at)) return until('\n') - 1;
  if (text.startsWith('/*', at)) return until('*/');
  if (!opensComment(text, at)) return undefined;
  let depth = 1;
  let end = at + 2;
  for (; end < text.length && depth > 0; end++) {
    if (opensComment(text, end)) depth++;
    else if (text.startsWith('*)', end)) depth--;
  }
  return end + 1;
}

/** A pointer in a parenthesis, `(*x)`, is no comment. */
function opensComment(text: string, at: number): boolean {
  return text.startsWith('(*', at) && !/[\w)(*]/.test(text[at + 2] ?? '');
}

/** `{ x=1; int y = 2; int *p = &x; 0:r1=3; }` */
function startValues(text: string): readonly StartValue[] {
  const body = /\{([\s\S]*)\}/.exec(text)?.[1] ?? '';
  return body.split(';').map((each) => each.trim()).filter((each) => each !== '').flatMap(startValue);
}

function startValue(text: string): readonly StartValue[] {
  const parts = /^(?:(\d+)\s*:\s*)?(?:[A-Za-z_][\w ]*?[\s*]+)?\[?([A-Za-z_]\w*)\]?\s*(?:=\s*(.+))?$/.exec(text);
  if (!parts) throw new LitmusError(`the start value '${text}' is not understood`);
  const [, thread, name, written = '0'] = parts;
  const value = /^(?:ATOMIC_INIT\s*\(\s*(.*?)\s*\)|(.*))$/.exec(written.trim())!;
  const word = (value[1] ?? value[2]!).trim();
  return [{ thread: thread === undefined ? undefined : Number(thread), name: name!, value: scalar(word, text) }];
}

function scalar(word: string, text: string): number | string {
  if (/^-?(\d+|0x[\da-f]+)$/i.test(word)) return Number(word);
  const variable = /^&?\s*([A-Za-z_]\w*)$/.exec(word);
  if (!variable) throw new LitmusError(`the start value '${text}' is not understood`);
  return variable[1]!;
}

/** Threads with the return type that C asks for; lines are kept. */
function threadCode(text: string, from: number, to: number): string {
  const lines = text.slice(0, from).replaceAll(/[^\n]/g, '');
  return lines + text.slice(from, to).replaceAll(/^(\s*)(?:(?:static\s+)?void\s+)?(P\d+\s*\()/gm, '$1void $2');
}

function finalState(text: string): Pick<LitmusFile, 'filter' | 'quantifier' | 'condition'> {
  const plain = text.replaceAll(/\blocations\s*\[[^\]]*\]\s*;?/g, ' ');
  const parts = /^\s*(?:filter\s+([\s\S]*?)\s*)?(exists|~\s*exists|forall)\b([\s\S]*)$/.exec(plain);
  if (!parts) throw new LitmusError("its condition is neither 'exists', '~exists' nor 'forall'");
  const [, filter, quantifier, condition] = parts;
  return {
    filter: filter === undefined ? undefined : parseCondition(filter),
    quantifier: quantifier === 'exists' || quantifier === 'forall' ? quantifier : 'notExists',
    condition: parseCondition(condition!),
  };
}
