/**
 * Work-done progress around a job: the client's own token where it sent one, else one that the server
 * asks for. Both ways of cancelling (the request, the progress) reach the job through one token.
 */

import { CancellationTokenSource, WorkDoneProgressReporter, type CancellationToken, type WorkDoneProgressServerReporter } from 'vscode-languageserver';
import { describeError } from '../log.ts';
import type { Session } from '../session.ts';
import type { RequestContext } from './commands.ts';

const tickMs = 1000;

export async function withProgress<T>(session: Session, context: RequestContext, title: string, work: (cancelled: CancellationToken) => Promise<T>): Promise<T> {
  const source = new CancellationTokenSource();
  const cancel = (): void => source.cancel();
  const listeners = [context.token.onCancellationRequested(cancel)];
  if (context.token.isCancellationRequested) cancel();
  const reporter = await chooseReporter(session, context);
  if ('token' in reporter) listeners.push(reporter.token.onCancellationRequested(cancel));
  reporter.begin(title, undefined, undefined, true);
  let seconds = 0;
  const ticking = setInterval(() => reporter.report(`${++seconds} s`), tickMs);
  try {
    return await work(source.token);
  } finally {
    clearInterval(ticking);
    reporter.done();
    for (const listener of listeners) listener.dispose();
    source.dispose();
  }
}

async function chooseReporter(session: Session, { progress }: RequestContext): Promise<WorkDoneProgressReporter | WorkDoneProgressServerReporter> {
  if (!session.abilities.workDoneProgress || !WorkDoneProgressReporter.isNullInstance(progress)) return progress;
  try {
    return await session.connection.window.createWorkDoneProgress();
  } catch (error) {
    session.log.warn(`progress: ${describeError(error)}`);
    return progress;
  }
}
