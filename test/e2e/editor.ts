/** What a person does in the editor, for the end-to-end test: open, hover, run a command, look. */

import { join } from 'node:path';
import { chromium, type Browser, type Frame, type Locator, type Page } from 'playwright-core';

const chromiumPath = '/usr/bin/chromium';
const chromiumFlags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
/** Two cores, a cold editor: the first paint takes a while. */
export const patience = 30_000;

export class Editor {
  private constructor(
    private readonly browser: Browser,
    readonly page: Page,
    private readonly pictures: string,
  ) {}

  static async open(url: string, folder: string, pictures: string): Promise<Editor> {
    const browser = await chromium.launch({ executablePath: chromiumPath, args: chromiumFlags });
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, permissions: ['clipboard-read', 'clipboard-write'] });
    const page = await context.newPage();
    page.setDefaultTimeout(patience);
    await page.goto(`${url}?folder=${encodeURIComponent(folder)}`);
    await page.locator('.monaco-workbench').waitFor();
    return new Editor(browser, page, pictures);
  }

  async close(): Promise<void> {
    await this.browser.close();
  }

  async picture(name: string): Promise<void> {
    await this.page.screenshot({ path: join(this.pictures, `${name}.png`) });
  }

  /** Runs a command by its title, from the palette. */
  async command(title: string): Promise<void> {
    await this.quickInput('F1', `>${title}`);
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first().waitFor();
    await this.page.keyboard.press('Enter');
  }

  /** Opens a file of the folder by its path. */
  async openFile(path: string): Promise<void> {
    await this.quickInput('Control+p', path);
    await this.page.locator('.quick-input-list .monaco-list-row').first().waitFor();
    await this.page.keyboard.press('Enter');
    await this.page.locator('.editor-instance .view-lines').first().waitFor();
  }

  async goToLine(line: number): Promise<void> {
    await this.quickInput('Control+g', `:${line}`);
    await this.page.keyboard.press('Enter');
  }

  /** Puts the cursor on the first problem of the file, with nothing open over it. */
  async goToProblem(): Promise<void> {
    await this.goToLine(1);
    await this.page.keyboard.press('Escape');
    await this.page.keyboard.press('F8');
    await this.page.locator('.marker-widget').waitFor();
    await this.page.keyboard.press('Escape');
    await this.squiggles().first().waitFor();
  }

  squiggles(): Locator {
    return this.page.locator('.squiggly-warning, .squiggly-error');
  }

  /** From the result view back into the first editor group. */
  async focusSource(): Promise<void> {
    await this.page.keyboard.press('Control+1');
    await this.page.locator('.monaco-editor.focused').first().waitFor();
  }

  /** The line of the cursor in the first editor group, focused or not: the status bar forgets it while a webview has the focus. */
  async cursorLine(): Promise<number> {
    return Number(await this.page.locator('.monaco-editor .line-numbers.active-line-number').first().innerText());
  }

  /** The page inside the webview that has the selector. */
  async webview(selector: string): Promise<Frame> {
    const end = Date.now() + patience;
    while (Date.now() < end) {
      for (const frame of this.page.frames()) {
        if (await frame.locator(selector).first().isVisible().catch(() => false)) return frame;
      }
      await this.page.waitForTimeout(200);
    }
    throw new Error(`no webview with ${selector}`);
  }

  private async quickInput(key: string, text: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input');
    await this.page.keyboard.press(key);
    await input.waitFor();
    await input.fill(text);
  }
}
