import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { serverCommand, statusNotification as clientStatus } from '../../../client/src/protocol.ts';
import { serverCommands } from '../../../server/src/lsp/commandNames.ts';
import { statusNotification } from '../../../server/src/lsp/features/status.ts';
import { settingTable } from '../../../server/src/lsp/settings.ts';
import { version } from '../../../server/src/lsp/version.ts';

interface Property {
  readonly type?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly enumDescriptions?: readonly string[];
  readonly markdownEnumDescriptions?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly scope?: string;
  readonly description?: string;
  readonly markdownDescription?: string;
}

interface Manifest {
  readonly version: string;
  readonly main: string;
  readonly icon: string;
  readonly activationEvents: readonly string[];
  readonly contributes: {
    readonly configuration: { readonly properties: Readonly<Record<string, Property>> };
    readonly commands: readonly { readonly command: string; readonly category?: string; readonly title: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when?: string }[]>>;
  };
}

const root = join(import.meta.dirname, '../../..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
const { properties } = manifest.contributes.configuration;

/** Read by the client only. */
const clientSettings = ['faultline.trace.server'];

describe('package.json', () => {
  it('offers exactly the settings that the server reads', () => {
    const known = Object.values(settingTable).map(({ key }) => `faultline.${key}`);
    expect(Object.keys(properties).sort()).toEqual([...known, ...clientSettings].sort());
  });

  it.each(Object.values(settingTable).map((spec) => [spec.key, spec] as const))('agrees on faultline.%s', (key, spec) => {
    const property = properties[`faultline.${key}`];
    expect(property?.default).toEqual(spec.default);
    if (spec.kind === 'choice') {
      expect([...(property?.enum ?? [])].sort()).toEqual([...spec.choices].sort());
      expect((property?.enumDescriptions ?? property?.markdownEnumDescriptions)?.length).toBe(spec.choices.length);
    }
    if (spec.kind === 'number') expect([property?.minimum, property?.maximum]).toEqual([spec.minimum, spec.maximum]);
  });

  it('describes every setting in a sentence', () => {
    for (const [name, property] of Object.entries(properties)) expect(property.markdownDescription ?? property.description, name).toMatch(/\.$/);
  });

  it('has one prefix and one category for commands, and hides those that need a C file', () => {
    for (const { command, category } of manifest.contributes.commands) {
      expect(command).toMatch(/^faultline\./);
      expect(category).toBe('Faultline');
    }
    const shown = manifest.contributes.menus['commandPalette']?.map(({ command }) => command) ?? [];
    expect(shown).toEqual(expect.arrayContaining(['faultline.simulateFaultPath', 'faultline.showLocks']));
  });

  it('has a client that knows the server\'s commands and notifications', () => {
    expect(Object.values(serverCommand)).toEqual([...serverCommands]);
    expect(clientStatus).toBe(statusNotification);
  });

  it('offers no command under a name that the server registers by itself', () => {
    const offered = manifest.contributes.commands.map(({ command }) => command);
    expect(offered.filter((command) => (serverCommands as readonly string[]).includes(command))).toEqual([]);
  });

  it('has the version that the server reports', () => {
    expect(version).toBe(manifest.version);
  });
});
