/** A node:worker_threads thread behind the `WorkerPort` that the worker host knows. */

import type { Worker } from 'node:worker_threads';
import type { WorkerAnswer } from './workerProtocol.ts';
import type { WorkerEvents, WorkerPort } from './workerHost.ts';

export function startThread(thread: Worker, { onAnswer, onGone }: WorkerEvents): WorkerPort {
  let reason = 'ended';
  thread.on('message', (answer: WorkerAnswer) => onAnswer(answer));
  thread.on('error', (error: Error) => {
    reason = `crashed: ${error.message}`;
  });
  thread.on('exit', (code) => onGone(code === 0 ? reason : `${reason} (exit code ${code})`));
  return {
    post: (request) => thread.postMessage(request),
    terminate: () => void thread.terminate(),
  };
}
