/** The test is not one that can be represented; the message says why. It becomes `notModelled`. */
export class LitmusError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LitmusError';
  }
}
