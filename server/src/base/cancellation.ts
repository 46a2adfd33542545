/** Cancellation is polled in loops and is an outcome of its own, caught at the faces only. */

export interface Cancellation {
  readonly isCancelled: boolean;
}

export const neverCancelled: Cancellation = { isCancelled: false };

/** Thrown by `throwIfCancelled`; the request boundary turns it into the protocol's answer. */
export class CancelledError extends Error {
  constructor() {
    super('cancelled');
    this.name = 'CancelledError';
  }
}

export function throwIfCancelled(cancellation: Cancellation): void {
  if (cancellation.isCancelled) throw new CancelledError();
}
