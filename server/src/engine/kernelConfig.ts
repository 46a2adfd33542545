/**
 * Which configuration symbols are on: a kernel's `.config` and what the user adds to it. Text in, a
 * look-up out; without any of it every symbol is unknown, and the parser chooses by its own rule.
 */

/** Whether a symbol is on; undefined where nothing says so. */
export interface KernelConfig {
  get(name: string): boolean | undefined;
}

export interface KernelConfigSources {
  /** The text of a `.config`. What it does not name is off, for it names all that the tree has. */
  readonly config?: string | undefined;
  /** `NAME` or `NAME=value`; these win over the file. A value of `0` or `n` is off. */
  readonly define: readonly string[];
  readonly undefine: readonly string[];
}

const SET = /^(CONFIG_\w+)=(.*)$/gm;
const UNSET = /^# (CONFIG_\w+) is not set$/gm;

/** What the sources say; undefined where they say nothing at all. */
export function kernelConfigOf({ config, define, undefine }: KernelConfigSources): KernelConfig | undefined {
  if (config === undefined && define.length + undefine.length === 0) return undefined;
  const known = config === undefined ? new Map<string, boolean>() : symbolsOf(config);
  for (const each of define) {
    const [name = '', value = '1'] = each.split('=');
    known.set(name, value !== '0' && value !== 'n');
  }
  for (const name of undefine) known.set(name, false);
  const isWhole = config !== undefined;
  return { get: (name) => known.get(name) ?? (isWhole && name.startsWith('CONFIG_') ? false : undefined) };
}

/** A module's symbol is off in its files but for `CONFIG_X_MODULE`. */
function symbolsOf(config: string): Map<string, boolean> {
  const known = new Map<string, boolean>();
  for (const [, name = '', value] of config.matchAll(SET)) {
    known.set(name, value !== 'm' && value !== 'n');
    if (value === 'm') known.set(`${name}_MODULE`, true);
  }
  for (const [, name = ''] of config.matchAll(UNSET)) known.set(name, false);
  return known;
}
