/** Checks for our own mistakes; a user's mistake is data (a problem, a verdict), never one of these. */

/** Ends an exhaustive switch: the compiler rejects it where a case was forgotten. */
export function assertNever(value: never): never {
  throw new Error(`unexpected case: ${JSON.stringify(value)}`);
}

/** The value, or an error that says what was expected. */
export function must<T>(value: T | undefined | null, what: string): T {
  if (value === undefined || value === null) throw new Error(`internal error: ${what}`);
  return value;
}
