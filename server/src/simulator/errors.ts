/** Errors for callers: a model that makes no sense, or a request that the simulator cannot serve. */

/** The model itself is wrong (an index that no cell has, a property over locals): our bug or the caller's. */
export class ModelError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ModelError';
  }
}

/** A trace that the compiled search found does not replay in the interpreter: always our bug. */
export class ReplayError extends Error {
  constructor(message: string) {
    super(`internal error: the trace does not replay: ${message}`);
    this.name = 'ReplayError';
  }
}

/** A search has no memory left, by its limit or in truth; it becomes the verdict `bounded`. */
export class MemoryFullError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MemoryFullError';
  }
}
