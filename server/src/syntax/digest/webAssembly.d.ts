/** What the scanner's host needs of the JavaScript API of WebAssembly; Node's types declare its namespace alone. */
declare namespace WebAssembly {
  type Module = object;
  const Module: new (bytes: Uint8Array) => Module;

  interface Memory {
    readonly buffer: ArrayBuffer;
    /** By so many pages of 64 kB. Detaches the buffer. */
    grow(pages: number): number;
  }
  const Memory: new (descriptor: { readonly initial: number }) => Memory;

  interface Instance {
    readonly exports: Readonly<Record<string, unknown>>;
  }
  const Instance: new (module: Module, imports: Readonly<Record<string, object>>) => Instance;

  interface Global {
    readonly value: number;
  }
}
