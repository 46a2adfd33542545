/** Where the command line writes. Paths below the current directory are shown relative to it. */

import { isAbsolute, relative, resolve } from 'node:path';

export const exitCodes = { ok: 0, findings: 1, usage: 2, unknown: 3 } as const;

export function print(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

export function complain(message: string): void {
  process.stderr.write(`faultline: ${message}\n`);
}

export function absolute(path: string): string {
  return resolve(path);
}

export function displayPath(path: string): string {
  if (!isAbsolute(path)) return path;
  const short = relative(process.cwd(), path);
  return short === '' || short.startsWith('..') ? path : short;
}

/** A report with every `file` as it is to be shown; other fields are left alone. */
export function withDisplayPaths<T>(report: T): T {
  return JSON.parse(JSON.stringify(report), (key, value: unknown) => (key === 'file' && typeof value === 'string' ? displayPath(value) : value)) as T;
}
