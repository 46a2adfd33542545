/** The server's log: lines in the client's output channel. Nothing here pops up. */

export interface Log {
  readonly info: (message: string) => void;
  readonly warn: (message: string) => void;
  readonly error: (message: string) => void;
}

/** Runs `action`; an exception becomes a log line and the fallback. The boundary of one request. */
export function guarded<T>(log: Log, what: string, fallback: T, action: () => T): T {
  try {
    return action();
  } catch (error) {
    log.error(`${what}: ${describeError(error)}`);
    return fallback;
  }
}

/** For a background activity that nobody awaits. */
export function inBackground(log: Log, what: string, activity: Promise<unknown>): void {
  activity.catch((error: unknown) => log.error(`${what}: ${describeError(error)}`));
}

export function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
