/**
 * A real VS Code to test in: code-server from the npm registry, installed on the first run into a cache
 * directory outside the repository, never by `npm ci`. Its own install scripts download binaries, so they
 * are left out; what they would have fetched is built here or taken from Debian (`rg`, libkrb5-dev).
 */

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const version = '4.100.3';
const cacheHome = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
const directory = join(cacheHome, 'faultline-e2e', `code-server-${version}`);
const packageDirectory = join(directory, 'node_modules', 'code-server');
const editorDirectory = join(packageDirectory, 'lib', 'vscode');
const installedMark = join(directory, 'installed');
const entry = join(packageDirectory, 'out', 'node', 'entry.js');

const nativeModules = ['@vscode/spdlog', 'native-watchdog', '@parcel/watcher', 'kerberos'];

export function installCodeServer(): void {
  if (existsSync(installedMark)) return;
  console.log(`e2e: installing code-server ${version} into ${directory} (once)`);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), '{ "private": true }\n');
  run('npm', ['install', `code-server@${version}`, '--ignore-scripts', '--no-audit', '--no-fund'], directory);
  run('npm', ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'], editorDirectory);
  link('node_modules', join(editorDirectory, 'node_modules.asar'));
  run('npm', ['rebuild', ...nativeModules], editorDirectory);
  run('npm', ['rebuild', 'argon2'], directory);
  const ripgrep = join(editorDirectory, 'node_modules', '@vscode', 'ripgrep', 'bin');
  mkdirSync(ripgrep, { recursive: true });
  link('/usr/bin/rg', join(ripgrep, 'rg'));
  writeFileSync(installedMark, `${version}\n`);
}

/** Directories of one run; nothing of an earlier run is seen. */
export interface Profile {
  readonly userData: string;
  readonly extensions: string;
}

export function installExtension(vsix: string, profile: Profile): void {
  run(process.execPath, [entry, ...profileArguments(profile), '--install-extension', vsix], directory);
}

export interface RunningEditor {
  readonly url: string;
  readonly stop: () => void;
}

export async function startEditor(profile: Profile, port: number): Promise<RunningEditor> {
  const address = `127.0.0.1:${port}`;
  const child = spawn(process.execPath, [entry, ...profileArguments(profile), '--auth', 'none', '--bind-addr', address, '--disable-telemetry', '--disable-update-check', '--disable-workspace-trust'], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  await listening(child);
  return { url: `http://${address}/`, stop: () => stopGroup(child) };
}

function listening(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const output: string[] = [];
    const take = (data: Buffer): void => {
      output.push(data.toString());
      if (output.join('').includes('HTTP server listening')) resolve();
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    child.once('exit', (code) => reject(new Error(`code-server ended with ${String(code)}:\n${output.join('')}`)));
  });
}

/** The extension host and the language server are in the group of the process that was started here. */
function stopGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGTERM');
  } catch {
    // It has ended already.
  }
}

function profileArguments({ userData, extensions }: Profile): readonly string[] {
  return ['--user-data-dir', userData, '--extensions-dir', extensions];
}

function link(target: string, path: string): void {
  rmSync(path, { force: true, recursive: true });
  symlinkSync(target, path);
}

function run(command: string, args: readonly string[], cwd: string): void {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${String(status)}:\n${stdout}\n${stderr}`);
}
