import { describe, expect, it } from 'vitest';
import type { MachineSize } from '../../../server/src/model/machine.ts';
import { punchModel } from '../../../server/src/simulator/builtin/folioFault.ts';
import { builtinModel, builtinModelNames } from '../../../server/src/simulator/builtin/models.ts';
import { variantsOf } from '../../../server/src/simulator/builtin/variants.ts';
import { profileOfEra } from '../../../server/src/simulator/environment/profile.ts';
import { search } from '../../../server/src/simulator/search.ts';
import { check, options } from './support.ts';

const size: MachineSize = { pages: 3, indices: 1, slots: [{ mm: 0, index: 0 }] };

describe('the built-in models', () => {
  it('have the names that the command line documents', () => {
    expect(builtinModelNames).toEqual(['truncate-count', 'seqlock', 'page-flag', 'page-lock', 'copy-on-write', 'folio']);
    expect(builtinModel('toString')).toBeUndefined();
  });

  it.each(builtinModelNames)('give one verdict under both memory models: %s', (name) => {
    for (const { against, mapping, model } of builtinModel(name)!.scenarios) {
      const isBroken = name === 'truncate-count' && mapping === 'shared' && (against === 'invalidate' || against === 'punch-hole');
      for (const memory of ['sc', 'weak'] as const) {
        const result = search(model, { ...options, memory });
        expect(`${against}: ${result.verdict}`).toBe(`${against}: ${isBroken ? 'violated' : 'holds'}`);
        if (result.verdict === 'holds') expect(result.missedWitnesses).toEqual([]);
      }
    }
  });
});

describe('the variants', () => {
  /** Those that show that something may be left out, or is the repair. */
  const harmless = new Set(['early', 'no-first-sweep', 'mkwrite-locked']);
  const rows = builtinModelNames.flatMap((name) => variantsOf(name).map((variant) => [`${name} ${variant.name}`, variant] as const));

  it.each(rows)('%s', (_, variant) => {
    expect(check(variant.scenario().model)).toMatch(harmless.has(variant.name) ? /^holds$/ : /^violated I(1|4|6|7|8|10|15|16|18|19|22) in /);
  });
});

describe('invalidate_lock', () => {
  const profile = profileOfEra('folio');

  it('keeps stale blocks out of the cache only where both sides take it', () => {
    const withoutPunch = { ...profile, takesInvalidateLock: false };
    expect(check(punchModel({ size }, profile))).toBe('holds');
    expect(check(punchModel({ size, takesInvalidateLock: false }, profile))).toMatch(/^violated I16 in /);
    expect(check(punchModel({ size }, withoutPunch))).toMatch(/^violated I16 in /);
    expect(check(punchModel({ size, takesInvalidateLock: false }, withoutPunch))).toMatch(/^violated I16 in /);
  });
});
