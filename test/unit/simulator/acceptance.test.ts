import { describe, expect, it } from 'vitest';
import type { MachineSize } from '../../../server/src/model/machine.ts';
import { lockedFault } from '../../../server/src/simulator/builtin/lockedFault.ts';
import { nopageFault } from '../../../server/src/simulator/builtin/nopageFault.ts';
import { profileOfEra } from '../../../server/src/simulator/environment/profile.ts';
import { buildScenario } from '../../../server/src/simulator/scenario.ts';
import { check } from './support.ts';

const size: MachineSize = { pages: 3, indices: 1, slots: [{ mm: 0, index: 0 }] };

describe('the protocols of each era', () => {
  const nopage = profileOfEra('nopage');
  const fault = profileOfEra('fault');

  it.each(['read', 'cow'] as const)('truncate_count is sound against truncate and a second fault (%s)', (access) => {
    expect(check(buildScenario({ fault: nopageFault({ size, access }), size, adversary: 'truncate', profile: nopage }))).toBe('holds');
    expect(check(buildScenario({ fault: nopageFault({ size, access }), size, adversary: 'fault', profile: nopage }))).toBe('holds');
  });

  it('truncate_count is not sound against invalidate', () => {
    expect(check(buildScenario({ fault: nopageFault({ size }), size, adversary: 'invalidate', profile: nopage }))).toBe('violated I1 in 23 steps');
  });

  it.each(['truncate', 'invalidate', 'fault'])('the page lock is sound against %s', (adversary) => {
    for (const access of ['read', 'cow', 'mkwrite'] as const) {
      expect(check(buildScenario({ fault: lockedFault({ size, access }), size, adversary, profile: fault }))).toBe('holds');
    }
  });
});
