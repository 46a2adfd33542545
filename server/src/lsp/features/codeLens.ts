/** textDocument/codeLens: "Simulate" above each fault path, with the last verdict while the text is unchanged. */

import type { CodeLens, CodeLensParams } from 'vscode-languageserver';
import type { FaultPath } from '../../engine/types.ts';
import { guarded } from '../log.ts';
import type { Session } from '../session.ts';
import { toCodeLens } from '../toProto.ts';

export async function codeLenses(session: Session, { textDocument }: CodeLensParams): Promise<CodeLens[]> {
  const settings = await session.settingsOf(textDocument.uri);
  if (!settings.codeLens) return [];
  const paths = await faultPathsOf(session, textDocument.uri);
  return paths.map((path) => toCodeLens(path, textDocument.uri, 'Simulate fault path'));
}

/** The fault paths of an open document; empty where it cannot be analysed. */
export async function faultPathsOf(session: Session, uri: string): Promise<readonly FaultPath[]> {
  const document = session.documents.get(uri);
  const engine = await session.engine;
  if (!document || !engine || document.unfit !== undefined) return [];
  return guarded(session.log, `fault paths of ${document.path}`, [], () => engine.faultPaths(document.path));
}
