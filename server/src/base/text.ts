/**
 * Positions in source text. Inside Faultline a position is an offset in UTF-16 code units;
 * lines and columns (1-based) appear only at the faces (CLI, LSP), through `LineIndex`.
 */

/** A half-open range [start, end) of UTF-16 offsets in one file. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A 1-based line and column. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A span in a named file. `file` is the path as the caller gave it or as the tree index found it. */
export interface SourceSpan extends Span {
  readonly file: string;
}

/** Offset-to-line conversion for one text; building it costs one pass over the text. */
export class LineIndex {
  private readonly starts: number[] = [0];

  constructor(readonly text: string) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1);
  }

  get lineCount(): number {
    return this.starts.length;
  }

  /** The 1-based line that holds `offset`; offsets past the end give the last line. */
  lineAt(offset: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  position(offset: number): Position {
    const line = this.lineAt(offset);
    return { line, column: offset - this.starts[line - 1]! + 1 };
  }

  /** The span of a 1-based line without its newline; undefined when there is no such line. */
  lineSpan(line: number): Span | undefined {
    const start = this.starts[line - 1];
    if (start === undefined) return undefined;
    const next = this.starts[line];
    let end = next === undefined ? this.text.length : next - 1;
    if (end > start && this.text[end - 1] === '\r') end--;
    return { start, end };
  }

  /** The offset of a 1-based position, clamped to its line. */
  offset(position: Position): number {
    const span = this.lineSpan(position.line);
    if (!span) return this.text.length;
    return Math.min(span.end, span.start + Math.max(0, position.column - 1));
  }
}
