import { expect, test } from 'vitest';
import { kernelConfigOf } from '../../../server/src/engine/kernelConfig.ts';

test('nothing said is nothing known', () => {
  expect(kernelConfigOf({ define: [], undefine: [] })).toBeUndefined();
});

test('a .config names all that is on; options win over it', () => {
  const config = kernelConfigOf({
    config: '#\n# Automatically generated\n#\nCONFIG_A=y\nCONFIG_B=m\nCONFIG_N=8\nCONFIG_S=""\n# CONFIG_C is not set\n',
    define: ['CONFIG_C', 'DEBUG=0', 'X=1'],
    undefine: ['CONFIG_A'],
  });
  const names = ['CONFIG_A', 'CONFIG_B', 'CONFIG_B_MODULE', 'CONFIG_N', 'CONFIG_S', 'CONFIG_C', 'CONFIG_OTHER', 'DEBUG', 'X', 'OTHER'];
  expect(names.map((name) => config?.get(name))).toEqual([false, false, true, true, true, true, false, false, true, undefined]);
});

test('options alone leave all else unknown', () => {
  const config = kernelConfigOf({ define: ['CONFIG_A'], undefine: [] });
  expect([config?.get('CONFIG_A'), config?.get('CONFIG_B')]).toEqual([true, undefined]);
});
