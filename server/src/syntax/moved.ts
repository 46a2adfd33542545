/**
 * Plain syntax moved to another place in its file: every span shifted, nothing else changed. A
 * function's body, by far the largest part, is moved when it is first asked for.
 */

import type { FileSyntax, FunctionDef } from './ast.ts';

/** What a file, or a piece of one, holds. */
export type SyntaxPart = Omit<FileSyntax, 'path'>;

/** `part` with `delta` added to every offset. */
export function movedPart(part: SyntaxPart, delta: number): SyntaxPart {
  return { ...moved({ ...part, functions: [] }, delta), functions: part.functions.map((fn) => movedFunction(fn, delta)) };
}

function movedFunction(fn: FunctionDef, delta: number): FunctionDef {
  let body: FunctionDef['body'] | undefined;
  const head = moved({ ...fn, body: { ...fn.body, body: [] } }, delta);
  return Object.defineProperty(head, 'body', { enumerable: true, get: () => (body ??= moved(fn.body, delta)) });
}

/** Any plain data; what has a numeric `start` and `end` is a span. The nesting of lowered code is bounded. */
function moved<T>(value: T, delta: number): T {
  return shift(value, delta) as T;
}

function shift(value: unknown, delta: number): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Map) return value;
  if (Array.isArray(value)) return value.map((item) => shift(item, delta));
  const from = value as Record<string, unknown>;
  if (typeof from.start === 'number' && typeof from.end === 'number') return { start: from.start + delta, end: from.end + delta };
  const to: Record<string, unknown> = {};
  for (const key of Object.keys(from)) to[key] = shift(from[key], delta);
  return to;
}
