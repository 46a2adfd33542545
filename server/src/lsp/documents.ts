/**
 * The open documents: text kept in step with the client, overlay files for the engine, and the
 * edits that later move findings. A document that cannot be C source is kept but marked, so that
 * the engine never sees it.
 */

import { TextDocuments, type TextDocumentContentChangeEvent } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { OverlayFiles } from './files.ts';
import type { Log } from './log.ts';
import { pathOfUri, uriOfPath } from './paths.ts';

export interface OpenDocument {
  readonly uri: string;
  readonly path: string;
  readonly version: number;
  /** Why the document is not analysed. */
  readonly unfit: string | undefined;
}

/** Lines of the old text that one edit replaced, 0-based and inclusive, and by how many lines it grew. */
export interface LineEdit {
  readonly startLine: number;
  readonly endLine: number;
  readonly delta: number;
}

export interface DocumentEvents {
  readonly opened: (document: OpenDocument) => void;
  /** `edits` is undefined where the whole text was replaced. */
  readonly changed: (document: OpenDocument, edits: readonly LineEdit[] | undefined) => void;
  readonly saved: (document: OpenDocument) => void;
  readonly closed: (document: OpenDocument) => void;
}

/** The largest file of a kernel tree that is written by hand has under 1 MiB; generated register lists have more. */
const maxCharacters = 4 * 1024 * 1024;
const maxLineCharacters = 100_000;

type Connection = Parameters<TextDocuments<TextDocument>['listen']>[0];

export class Documents {
  private readonly open = new Map<string, OpenDocument>();
  private readonly uriByPath = new Map<string, string>();
  private readonly pendingEdits = new Map<string, LineEdit[] | undefined>();
  private readonly texts: TextDocuments<TextDocument>;

  constructor(
    private readonly files: OverlayFiles,
    private readonly log: Log,
  ) {
    this.texts = new TextDocuments({
      create: (uri, languageId, version, content) => TextDocument.create(uri, languageId, version, content),
      update: (document, changes, version) => this.update(document, changes, version),
    });
  }

  listen(connection: Connection, events: DocumentEvents): void {
    this.texts.onDidOpen(({ document }) => {
      const opened = this.record(document);
      if (opened) events.opened(opened);
    });
    this.texts.onDidChangeContent(({ document }) => {
      // Opening fires this event too, without an edit.
      if (!this.pendingEdits.has(document.uri)) return;
      const edits = this.pendingEdits.get(document.uri);
      this.pendingEdits.delete(document.uri);
      const changed = this.record(document);
      if (changed) events.changed(changed, edits);
    });
    this.texts.onDidSave(({ document }) => {
      const saved = this.open.get(document.uri);
      if (saved) events.saved(saved);
    });
    this.texts.onDidClose(({ document }) => {
      const closed = this.forget(document.uri);
      if (closed) events.closed(closed);
    });
    this.texts.listen(connection);
  }

  get(uri: string): OpenDocument | undefined {
    return this.open.get(uri);
  }

  text(uri: string): string | undefined {
    return this.texts.get(uri)?.getText();
  }

  all(): readonly OpenDocument[] {
    return [...this.open.values()];
  }

  /** The client's own spelling of an open document's URI, else the canonical one. */
  uriOf(path: string): string {
    return this.uriByPath.get(path) ?? uriOfPath(path);
  }

  private record(document: TextDocument): OpenDocument | undefined {
    const path = pathOfUri(document.uri);
    if (path === undefined) return undefined;
    const text = document.getText();
    const unfit = whyUnfit(text);
    const earlier = this.open.get(document.uri);
    if (unfit !== undefined && earlier?.unfit !== unfit) this.log.warn(`${path}: not analysed: ${unfit}`);
    const recorded: OpenDocument = { uri: document.uri, path, version: document.version, unfit };
    this.open.set(document.uri, recorded);
    this.uriByPath.set(path, document.uri);
    this.files.set(path, unfit === undefined ? text : '', document.version);
    return recorded;
  }

  private forget(uri: string): OpenDocument | undefined {
    const document = this.open.get(uri);
    if (!document) return undefined;
    this.open.delete(uri);
    this.uriByPath.delete(document.path);
    this.pendingEdits.delete(uri);
    this.files.remove(document.path);
    return document;
  }

  private update(document: TextDocument, changes: TextDocumentContentChangeEvent[], version: number): TextDocument {
    const edits: LineEdit[] = [];
    let isWhole = false;
    for (const change of changes) {
      if ('range' in change) edits.push(lineEdit(change));
      else isWhole = true;
    }
    this.pendingEdits.set(document.uri, isWhole ? undefined : edits);
    return TextDocument.update(document, changes, version);
  }
}

function lineEdit({ range, text }: { range: { start: { line: number }; end: { line: number } }; text: string }): LineEdit {
  const added = text.split('\n').length - 1;
  return { startLine: range.start.line, endLine: range.end.line, delta: added - (range.end.line - range.start.line) };
}

/** Why a text is not analysed, for the log; undefined for ordinary source, however broken. */
export function whyUnfit(text: string): string | undefined {
  if (text.length > maxCharacters) return `${text.length} characters (the limit is ${maxCharacters})`;
  if (text.includes('\0')) return 'binary content';
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    if (end - start > maxLineCharacters) return `a line of ${end - start} characters (the limit is ${maxLineCharacters})`;
    start = end + 1;
  }
  return undefined;
}
