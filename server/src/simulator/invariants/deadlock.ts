/** I21: no threads wait for each other in a circle. The search asks in every state; ../waiting.ts says who waits for what. */

import type { InvariantText } from './text.ts';

export const deadlockText: InvariantText = {
  id: 'I21',
  title: 'no deadlock',
  asked: 'in every state',
  explanation:
    'Threads wait for each other forever: each holds what another one waits for.',
  kernel: 'the lock order at the top of mm/filemap.c and mm/rmap.c',
};
