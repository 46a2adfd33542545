/** I17: a thread that has finished holds nothing but what its contract lets it keep (`Model.exitLocks`). The search asks when a thread ends. */

import type { InvariantText } from './text.ts';

export const lockBalanceText: InvariantText = {
  id: 'I17',
  title: 'locks are balanced',
  asked: 'when a thread ends',
  explanation:
    'A thread has finished but still holds a lock: the next one to take it hangs.',
  kernel: 'the contract of each function',
};
