/**
 * Command: faultline.showLocks. Lists the lock regions of the function at the cursor; moving through
 * the list highlights each region in the source, choosing one goes there, leaving restores the view.
 */

import * as vscode from 'vscode';
import type { FaultlineContext } from '../context.ts';
import { serverCommand, type RegionsAnswer } from '../protocol.ts';
import { showFailure } from './failure.ts';

interface RegionItem extends vscode.QuickPickItem {
  readonly range: vscode.Range;
}

export function activateLocks(context: FaultlineContext): void {
  const decoration = vscode.window.createTextEditorDecorationType({ isWholeLine: true, backgroundColor: new vscode.ThemeColor('editor.rangeHighlightBackground') });
  context.subscribe(
    decoration,
    vscode.commands.registerCommand('faultline.showLocks', () => showLocks(context, decoration).catch(showFailure)),
  );
}

async function showLocks(context: FaultlineContext, decoration: vscode.TextEditorDecorationType): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return;
  const { active } = editor.selection;
  const answer = await context.execute<RegionsAnswer>(serverCommand.regions, [editor.document.uri.toString(), { line: active.line, character: active.character }]);
  const [found] = answer.functions;
  if (!found) {
    void vscode.window.showInformationMessage('Faultline: no function at the cursor.');
    return;
  }
  pickRegion(editor, decoration, `Locks of ${found.function}`, itemsOf(found), entryText(found));
}

function entryText({ entry, perhapsEntry = [] }: RegionsAnswer['functions'][number]): string | undefined {
  const parts = [...(entry.length === 0 ? [] : [`Held on entry: ${entry.join(', ')}`]), ...(perhapsEntry.length === 0 ? [] : [`Held on entry, as some paths show: ${perhapsEntry.join(', ')}`])];
  return parts.length === 0 ? undefined : parts.join('; ');
}

function itemsOf({ regions }: RegionsAnswer['functions'][number]): RegionItem[] {
  return regions.map(({ lock, object, mode, startLine, endLine, when }) => ({
    label: `$(lock) ${lock}`,
    description: [object, mode, `lines ${startLine} to ${endLine}`].filter((part) => part !== undefined).join(', '),
    ...(when === undefined ? {} : { detail: `when ${when}` }),
    range: new vscode.Range(startLine - 1, 0, endLine - 1, Number.MAX_SAFE_INTEGER),
  }));
}

function pickRegion(editor: vscode.TextEditor, decoration: vscode.TextEditorDecorationType, title: string, items: RegionItem[], entry: string | undefined): void {
  const before = editor.visibleRanges[0];
  const pick = vscode.window.createQuickPick<RegionItem>();
  let isAccepted = false;
  pick.title = title;
  pick.placeholder = entry ?? (items.length === 0 ? 'This function takes no lock that Faultline knows' : 'Choose a lock to go to');
  pick.items = items;
  pick.matchOnDescription = true;
  pick.onDidChangeActive(([item]) => {
    editor.setDecorations(decoration, item ? [item.range] : []);
    if (item) editor.revealRange(item.range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  });
  pick.onDidAccept(() => {
    const [item] = pick.selectedItems;
    isAccepted = item !== undefined;
    if (item) editor.selection = new vscode.Selection(item.range.start, item.range.start);
    pick.hide();
  });
  pick.onDidHide(() => {
    editor.setDecorations(decoration, []);
    if (!isAccepted && before) editor.revealRange(before, vscode.TextEditorRevealType.AtTop);
    pick.dispose();
  });
  pick.show();
}
