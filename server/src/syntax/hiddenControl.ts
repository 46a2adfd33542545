/**
 * What moves control without a keyword of its own where it is used: macros whose body returns or jumps
 * (`#define FAIL_IF(c) do { if (c) goto fail; } while (0)`), and functions declared not to return.
 * Read from the text of a whole file by patterns, so that each piece of it can be parsed with them.
 *
 * May miss: a macro that only another macro makes, one that another file than those given defines.
 */

/** A macro that hides a return or a jump, as its `#define` has it. */
export interface ControlMacro {
  /** Undefined for a macro without parentheses. */
  readonly params: readonly string[] | undefined;
  /** On one line, without comments. */
  readonly body: string;
}

export interface HiddenControl {
  /** All definitions of each: a file may define a name anew, with other parameters. */
  readonly macros: ReadonlyMap<string, readonly ControlMacro[]>;
  /** Functions that do not return. */
  readonly noreturn: ReadonlySet<string>;
  /** Macros whose expansion is being read: they are not expanded in it again. */
  readonly active?: readonly string[];
}

export const nothingHidden: HiddenControl = { macros: new Map(), noreturn: new Set() };

const DEFINE = /^[ \t]*#[ \t]*define[ \t]+(\w+)(?:\(([^()\n]*)\))?/gm;
const JUMP = /\b(?:return|goto)\b/;
const LOOP_EXIT = /\b(?:break|continue)\b/;
const LOOP = /\b(?:do|for|while|switch|\w*for_?each\w*)\b/;
/** Text that defines a function, which has its own returns. */
const FUNCTION = /^(?:static|extern|inline|void|int|bool|long|unsigned|struct)\b[^;]*\)\s*\{/;
/** A longer body is read as a call. */
const LONGEST_BODY = 4_000;
const DECLARED_BEFORE = /\b(?:__noreturn|_Noreturn|NORET_TYPE)\b[\s*\w]{0,80}?\b(\w+)\s*\(/g;
const DECLARED_AFTER = /\b(\w+)\s*\([^(){};]*(?:\([^(){};]*\)[^(){};]*)*\)\s*(?:__noreturn\b|ATTRIB_NORET\b|__attribute__\s*\(\(\s*(?:__)?noreturn\b)/g;

/** What a file's text says of hidden control. */
export function hiddenControlIn(text: string): HiddenControl {
  const macros = text.includes('define') ? controlMacrosIn(text) : nothingHidden.macros;
  const noreturn = /noreturn|_NORET|NORET_/i.test(text) ? noreturnIn(text) : nothingHidden.noreturn;
  return macros.size + noreturn.size === 0 ? nothingHidden : { macros, noreturn };
}

/** What either says; `own` has the last word on its macros. */
export function joinedControl(inherited: HiddenControl | undefined, own: HiddenControl): HiddenControl {
  if (!inherited || inherited === nothingHidden) return own;
  if (own === nothingHidden) return inherited;
  return { macros: new Map([...inherited.macros, ...own.macros]), noreturn: new Set([...inherited.noreturn, ...own.noreturn]) };
}

/** A text that is equal for equal facts. */
export function keyOfControl({ macros, noreturn }: HiddenControl): string {
  return macros.size + noreturn.size === 0 ? '' : JSON.stringify([[...macros], [...noreturn]]);
}

/** A macro with several definitions counts if all of them hide control: else it mostly does not. */
function controlMacrosIn(text: string): ReadonlyMap<string, readonly ControlMacro[]> {
  const found = new Map<string, ControlMacro[]>();
  const plain = new Set<string>();
  DEFINE.lastIndex = 0;
  for (let match = DEFINE.exec(text); match; match = DEFINE.exec(text)) {
    const [head, name = '', params] = match;
    const bodyEnd = endOfLogicalLine(text, match.index + head.length);
    const body = bodyOf(text, match.index + head.length, bodyEnd);
    DEFINE.lastIndex = bodyEnd;
    if (!hidesControl(body)) plain.add(name);
    else {
      const definitions = found.get(name) ?? [];
      definitions.push({ params: params?.split(',').map((each) => each.trim()).filter((each) => each !== ''), body });
      found.set(name, definitions);
    }
  }
  for (const name of plain) found.delete(name);
  return found;
}

function bodyOf(text: string, start: number, end: number): string {
  if (end - start > LONGEST_BODY) return '';
  return text.slice(start, end).replace(/\\\r?\n/g, ' ').replace(/\/\*[^]*?\*\/|\/\/.*/g, ' ').replace(/\s+/g, ' ').trim();
}

/** The end of a directive: the first newline that no backslash and no comment carries on. */
export function endOfLogicalLine(text: string, from: number): number {
  const stop = /\\\r?\n|\/\*[\s\S]*?\*\/|\r?\n/g;
  stop.lastIndex = from;
  for (let match = stop.exec(text); match; match = stop.exec(text)) {
    if (/^\r?\n/.test(match[0])) return match.index;
  }
  return text.length;
}

function hidesControl(body: string): boolean {
  const code = body.replace(/"(?:\\.|[^"\\])*"/g, '""');
  if (JUMP.test(code)) return !FUNCTION.test(code);
  return LOOP_EXIT.test(code) && !LOOP.test(code);
}

function noreturnIn(text: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const pattern of [DECLARED_BEFORE, DECLARED_AFTER]) {
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match; match = pattern.exec(text)) if (match[1] !== '__attribute__') found.add(match[1]!);
  }
  return found;
}
