/** textDocument/hover: the engine's answer for the position, or nothing. */

import type { Hover, HoverParams } from 'vscode-languageserver';
import { guarded } from '../log.ts';
import type { Session } from '../session.ts';
import { fromPosition, toHover } from '../toProto.ts';

export async function hover(session: Session, { textDocument, position }: HoverParams): Promise<Hover | null> {
  const document = session.documents.get(textDocument.uri);
  const engine = await session.engine;
  if (!document || !engine || document.unfit !== undefined) return null;
  const settings = await session.settingsOf(textDocument.uri);
  if (!settings.hover) return null;
  const { line, column } = fromPosition(position);
  const answer = guarded(session.log, `hover ${document.path}:${line}`, undefined, () => engine.hover(document.path, line, column));
  return answer ? toHover(answer, session.abilities.hoverMarkdown) : null;
}
