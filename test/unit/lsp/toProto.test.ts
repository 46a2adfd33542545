import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../server/src/engine/report.ts';
import { fromPosition, toCodeLens, toDiagnostic, toFixAction, toHover, toPosition, type ProtoContext } from '../../../server/src/lsp/toProto.ts';

const context: ProtoContext = { uriOf: (path) => `file://${path}`, docUriOf: (code) => (code === 'FL001' ? 'file:///docs/FL001.md' : undefined) };

const finding: Finding = {
  code: 'FL001', rule: 'unchecked-page', level: 'warning', confidence: 'proven',
  file: '/t/mm/memory.c', line: 10, column: 3, endLine: 10, endColumn: 8, function: 'do_no_page',
  message: 'the page may be truncated', related: [{ file: '/t/mm/filemap.c', line: 4, column: 1, message: 'looked up here' }],
  fixes: [{ title: 'Lock it', edits: [
    { file: '/t/mm/memory.c', startLine: 9, startColumn: 1, endLine: 9, endColumn: 1, newText: '\tlock_page(page);\n' },
    { file: '/t/mm/filemap.c', startLine: 1, startColumn: 1, endLine: 2, endColumn: 1, newText: '' },
  ] }],
};

describe('toProto', () => {
  it('turns 1-based, end-exclusive places into 0-based ones and back', () => {
    expect(toPosition(1, 1)).toEqual({ line: 0, character: 0 });
    expect(fromPosition(toPosition(7, 9))).toEqual({ line: 7, column: 9 });
    expect(toPosition(0, 0)).toEqual({ line: 0, character: 0 });
  });

  it('keeps the level of what is proven and shows what is likely as information', () => {
    const severity = (change: Partial<Finding>): number | undefined => toDiagnostic({ ...finding, ...change }, context).severity;
    expect([severity({ level: 'error' }), severity({}), severity({ level: 'info' })]).toEqual([1, 2, 3]);
    expect(severity({ level: 'error', confidence: 'likely' })).toBe(3);
  });

  it('links the code to its page where there is one', () => {
    expect(toDiagnostic(finding, context).codeDescription).toEqual({ href: 'file:///docs/FL001.md' });
    expect(toDiagnostic({ ...finding, code: 'FL002' }, context)).not.toHaveProperty('codeDescription');
  });

  it('points related information at its own file', () => {
    expect(toDiagnostic(finding, context).relatedInformation?.[0]?.location.uri).toBe('file:///t/mm/filemap.c');
  });

  it('groups the edits of a fix by document', () => {
    const diagnostic = toDiagnostic(finding, context);
    const { edit, isPreferred, kind } = toFixAction(finding.fixes[0]!, diagnostic, true, context);
    expect({ kind, isPreferred }).toEqual({ kind: 'quickfix', isPreferred: true });
    expect(Object.keys(edit?.changes ?? {})).toEqual(['file:///t/mm/memory.c', 'file:///t/mm/filemap.c']);
  });

  it('puts a lens on the head of the function', () => {
    const lens = toCodeLens({ function: 'do_no_page', line: 8, endLine: 30, role: 'core' }, 'file:///t/mm/memory.c', 'Simulate');
    expect(lens).toEqual({
      range: { start: { line: 7, character: 0 }, end: { line: 7, character: 0 } },
      command: { title: 'Simulate', command: 'faultline.simulate', arguments: ['file:///t/mm/memory.c', 'do_no_page'] },
    });
  });

  it('strips markup from hovers of clients that show plain text', () => {
    const answer = { markdown: 'holds **page lock** of `page`', startLine: 1, startColumn: 1, endLine: 1, endColumn: 5 };
    expect(toHover(answer, true).contents).toEqual({ kind: 'markdown', value: answer.markdown });
    expect(toHover(answer, false).contents).toEqual({ kind: 'plaintext', value: 'holds page lock of page' });
  });
});
