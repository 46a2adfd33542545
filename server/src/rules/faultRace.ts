/**
 * FL100 fault-race: a fault path breaks an invariant in some interleaving with truncate,
 * invalidate or another fault. What the finding rests on is a replayed trace of the simulator.
 */

export const faultRace = {
  code: 'FL100',
  name: 'fault-race',
  summary: 'A fault can race with the removal of its page, or with another fault, and leave a wrong pte behind.',
} as const;
