/** `faultline lsp`: the server's own bundle, which talks over stdio as soon as it is loaded. */

export async function startServer(): Promise<void> {
  await import(new URL('./server.js', import.meta.url).href);
}
