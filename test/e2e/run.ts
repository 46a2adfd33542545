/**
 * The extension in a real VS Code: installs the packaged .vsix, opens the racy sample, and does what a
 * person does. `npm run test:e2e` packages first. Needs Debian's chromium, ripgrep and libkrb5-dev.
 *
 *   [E2E_THEME='Default Light Modern'] tsx test/e2e/run.ts [VSIX [FOLDER]]
 */

import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { installCodeServer, installExtension, startEditor, type Profile } from './codeServer.ts';
import { Editor } from './editor.ts';

const root = resolve(import.meta.dirname, '../..');
const [vsix = join(root, 'dist/faultline.vsix'), sample = join(root, 'examples/truncate-count-era')] = process.argv.slice(2);
const pictures = join(import.meta.dirname, 'out');
const port = 18_231;

/** Quiet, and the same on every machine. */
const userSettings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.colorTheme': process.env['E2E_THEME'] ?? 'Default Dark Modern',
  'window.menuBarVisibility': 'hidden',
  'editor.minimap.enabled': false,
  'extensions.ignoreRecommendations': true,
  'telemetry.telemetryLevel': 'off',
  'security.workspace.trust.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.commandCenter.enabled': false,
};

type Check = (editor: Editor) => Promise<void>;

const checks: readonly (readonly [string, Check])[] = [
  ['a finding is underlined', findingIsUnderlined],
  ['a hover explains', hoverExplains],
  ['the palette simulates the fault path at the cursor', paletteSimulates],
  ['a step of the trace goes to its line', stepGoesToItsLine],
  ['keys walk through the steps', keysWalk],
  ['the diagram is copied', diagramIsCopied],
  ['locks of the function are listed', locksAreListed],
  ['an edit marks the result as stale', editMarksStale],
  ['the status item counts fault paths', statusCounts],
  ['the sample opens and its lens simulates', sampleSimulates],
];

async function main(): Promise<void> {
  installCodeServer();
  mkdirSync(pictures, { recursive: true });
  const work = mkdtempSync(join(tmpdir(), 'faultline-e2e-'));
  const profile: Profile = { userData: join(work, 'user'), extensions: join(work, 'extensions') };
  const folder = join(work, 'tree');
  cpSync(sample, folder, { recursive: true });
  mkdirSync(join(profile.userData, 'User'), { recursive: true });
  writeFileSync(join(profile.userData, 'User', 'settings.json'), JSON.stringify(userSettings, undefined, 2));
  installExtension(vsix, profile);
  const server = await startEditor(profile, port);
  let failed = 0;
  try {
    const editor = await Editor.open(server.url, folder, pictures);
    await editor.openFile('mm/memory.c');
    await editor.page.keyboard.press('Control+b');
    for (const [index, [name, check]] of checks.entries()) {
      const isPassed = await runCheck(editor, `${index + 1}-${name.replaceAll(' ', '-')}`, name, check);
      if (!isPassed) failed++;
    }
    await editor.close();
  } finally {
    server.stop();
    rmSync(work, { recursive: true, force: true, maxRetries: 5, retryDelay: 500 });
  }
  console.log(`${checks.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

async function runCheck(editor: Editor, picture: string, name: string, check: Check): Promise<boolean> {
  const start = Date.now();
  try {
    await check(editor);
    await editor.picture(picture);
    console.log(`ok   ${name} (${Date.now() - start} ms)`);
    return true;
  } catch (error) {
    await editor.picture(`${picture}-failed`);
    console.log(`FAIL ${name}: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}

async function findingIsUnderlined(editor: Editor): Promise<void> {
  await editor.page.locator('#status\\.problems', { hasText: /[1-9]/ }).waitFor();
  await editor.goToProblem();
}

async function hoverExplains(editor: Editor): Promise<void> {
  await editor.squiggles().first().hover({ force: true });
  const hover = editor.page.locator('.monaco-hover:visible', { hasText: 'faultline' });
  await hover.first().waitFor();
}

async function paletteSimulates(editor: Editor): Promise<void> {
  await editor.goToProblem();
  await editor.command('Faultline: Simulate Fault Path');
  const view = await editor.webview('table.scenarios');
  await view.locator('.scenario .verdict.violated').first().waitFor();
  assert.ok(await editor.page.locator('.editor-instance .monaco-editor.focused').first().isVisible(), 'the source keeps the focus');
}

async function stepGoesToItsLine(editor: Editor): Promise<void> {
  const view = await editor.webview('table.trace');
  const step = view.locator('tr.step', { has: view.locator('.place:not(.builtin)') }).last();
  const place = await step.locator('.place').innerText();
  await step.click();
  const line = Number(/:(\d+)$/.exec(place.trim())?.[1]);
  await expectCursorAt(editor, line);
}

async function keysWalk(editor: Editor): Promise<void> {
  const view = await editor.webview('table.trace');
  await view.locator('tr.step').last().click();
  await editor.page.keyboard.press('p');
  const count = await view.locator('tr.step').count();
  await view.locator(`tr.step[aria-selected="true"] >> nth=0`).waitFor();
  const selected = await view.locator('tr.step[aria-selected="true"] td.number').innerText();
  assert.equal(Number(selected), count - 1);
}

async function diagramIsCopied(editor: Editor): Promise<void> {
  const view = await editor.webview('table.trace');
  await view.getByRole('button', { name: 'Copy as diagram' }).click();
  await editor.page.locator('.statusbar-item', { hasText: 'diagram copied' }).waitFor();
}

async function locksAreListed(editor: Editor): Promise<void> {
  await editor.focusSource();
  await editor.goToProblem();
  await editor.command('Faultline: Show Locks of Function');
  await editor.page.locator('.quick-input-widget', { hasText: 'Locks of' }).waitFor();
  await editor.page.waitForTimeout(500);
  await editor.picture('locks');
  await editor.page.keyboard.press('Escape');
}

async function editMarksStale(editor: Editor): Promise<void> {
  await editor.focusSource();
  await editor.goToProblem();
  await editor.page.keyboard.press('End');
  await editor.page.keyboard.type(' ');
  await editor.webview('#stale');
}

async function statusCounts(editor: Editor): Promise<void> {
  await editor.focusSource();
  await editor.page.locator('.statusbar-item', { has: editor.page.locator('.codicon-json, .codicon-bracket, .codicon-bracket-dot') }).first().hover();
  await editor.page.locator('.hover-language-status', { hasText: /Faultline: \d+ fault path/ }).waitFor();
}

async function sampleSimulates(editor: Editor): Promise<void> {
  await editor.page.keyboard.press('Escape');
  await editor.command('View: Close All Editors');
  const unsaved = editor.page.getByRole('button', { name: "Don't Save" });
  if (await unsaved.isVisible().catch(() => false)) await unsaved.click();
  await editor.command('Faultline: Open the Racy Sample');
  await editor.page.locator('.codelens-decoration a', { hasText: 'Simulate fault path' }).first().click();
  const view = await editor.webview('table.scenarios');
  await view.locator('.scenario').first().waitFor();
}

async function expectCursorAt(editor: Editor, line: number): Promise<void> {
  const end = Date.now() + 10_000;
  while (Date.now() < end && (await editor.cursorLine()) !== line) await editor.page.waitForTimeout(100);
  assert.equal(await editor.cursorLine(), line);
}

await main();
