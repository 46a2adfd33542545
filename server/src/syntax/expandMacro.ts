/**
 * A use of a macro that hides control → the text it stands for, by C's rules as far as they matter
 * here: parameters, `__VA_ARGS__`, `#x` and `a ## b`. Arguments are not expanded before.
 */

import type { Span } from '../base/text.ts';
import type { ControlMacro } from './hiddenControl.ts';

/** The text of a use, or undefined where the arguments do not fit the parameters. */
export function expandedText({ params, body }: ControlMacro, args: readonly string[] | undefined): string | undefined {
  if (!params) return body;
  if (!args) return undefined;
  const values = valuesOf(params, args);
  if (!values) return undefined;
  const valueOf = (name: string): string => values.get(name) ?? name;
  return body
    .replace(/(?<!#)#\s*(\w+)/g, (all, name: string) => (values.has(name) ? JSON.stringify(valueOf(name)) : all))
    .replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[A-Za-z_]\w*/g, (token) => (/^["']/.test(token) ? token : valueOf(token)))
    .replace(/\s*##\s*/g, '');
}

function valuesOf(params: readonly string[], args: readonly string[]): ReadonlyMap<string, string> | undefined {
  const last = params.at(-1);
  const isVariadic = last?.endsWith('...') === true;
  const fixed = isVariadic ? params.slice(0, -1) : params;
  const given = args.length === 1 && args[0]!.trim() === '' && fixed.length === 0 ? [] : args;
  if (isVariadic ? given.length < fixed.length : given.length !== fixed.length) return undefined;
  const values = new Map(fixed.map((name, at) => [name, given[at]!.trim()]));
  if (last !== undefined && isVariadic) values.set(last === '...' ? '__VA_ARGS__' : last.slice(0, -3).trim(), given.slice(fixed.length).join(',').trim());
  return values;
}

/** The arguments of the call whose `(` is at `open`, as written, with the end of its `)`. */
export function argumentsAt(text: string, open: number, limit: number): { readonly args: readonly Span[]; readonly end: number } | undefined {
  const args: Span[] = [];
  const token = /"(?:\\[^]|[^"\\\n])*"?|'(?:\\[^]|[^'\\\n])*'?|\/\*[^]*?\*\/|\/\/[^\n]*|[()[\]{},]/g;
  token.lastIndex = open;
  let depth = 0;
  let start = open + 1;
  for (let match = token.exec(text); match && match.index < limit; match = token.exec(text)) {
    const [found] = match;
    if (found === '(' || found === '[' || found === '{') depth++;
    else if (found === ',' && depth === 1) {
      args.push({ start, end: match.index });
      start = match.index + 1;
    } else if ((found === ')' || found === ']' || found === '}') && --depth === 0) {
      args.push({ start, end: match.index });
      return { args, end: match.index + 1 };
    }
  }
  return undefined;
}

/**
 * Code that stands nowhere in the file, with spans inside `place`. Calls and assignments have starts of
 * their own, by which later stages tell them apart; undefined where `place` has not room for so many.
 */
export function placedIn<T>(code: T, place: Span): T | undefined {
  let used = 0;
  const put = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(put);
    const from = value as Record<string, unknown>;
    const to: Record<string, unknown> = {};
    if (from.kind === 'call' || from.kind === 'assign' || from.kind === 'update') used++;
    const span = { start: Math.min(place.start + used, place.end), end: place.end };
    for (const key of Object.keys(from)) to[key] = key === 'span' ? span : put(from[key]);
    return to;
  };
  const result = put(code) as T;
  return used < place.end - place.start ? result : undefined;
}
