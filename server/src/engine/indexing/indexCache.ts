/**
 * Images of indexes on disk, one file a root. The head says for which root, by which version and
 * with which digest; what does not fit, or does not have its digest, is no cache. A file is written
 * beside its place and renamed, so that no reader sees half of one.
 */

import { createHash } from 'node:crypto';
import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { imageFormat, IndexImage } from '../index/image.ts';
import { TreeIndex } from '../index/treeIndex.ts';
import { toolVersion } from '../toolVersion.ts';

/** The head is padded to this, so that the image can be read straight to its place. */
const headBytes = 4096;

interface Head {
  readonly format: number;
  readonly tool: string;
  readonly root: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The user's own cache directory, as the XDG base directory specification has it. */
export function userCacheDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  const base = environment['XDG_CACHE_HOME'];
  return join(base !== undefined && base.startsWith('/') ? base : join(homedir(), '.cache'), 'faultline');
}

export function cachePath(directory: string, root: string): string {
  return join(directory, `${createHash('sha256').update(root).digest('hex').slice(0, 24)}.index`);
}

/** The kept image in shared memory, or undefined where there is none that can be used. */
export function readImage(directory: string, root: string): Uint8Array | undefined {
  let file: number | undefined;
  try {
    file = openSync(cachePath(directory, root), 'r');
    const head = headOf(readBytes(file, 0, Buffer.alloc(headBytes)));
    if (head?.root !== root || head.format !== imageFormat || head.tool !== toolVersion || head.bytes !== fstatSync(file).size - headBytes) return undefined;
    const image = readBytes(file, headBytes, new Uint8Array(new SharedArrayBuffer(head.bytes)));
    return digestOf(image) === head.sha256 ? image : undefined;
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** The kept index of a root. */
export function readIndex(directory: string, root: string): TreeIndex | undefined {
  const bytes = readImage(directory, root);
  const image = bytes && IndexImage.read(bytes);
  return image && new TreeIndex(image, root);
}

/** Throws where the directory cannot be written to. */
export function writeImage(directory: string, root: string, image: Uint8Array): void {
  makeDirectory(directory);
  const path = cachePath(directory, root);
  const temporary = `${path}.${process.pid}.${Date.now()}`;
  const head: Head = { format: imageFormat, tool: toolVersion, root, bytes: image.length, sha256: digestOf(image) };
  const file = openSync(temporary, 'wx');
  try {
    writeAll(file, Buffer.from(JSON.stringify(head).padEnd(headBytes)));
    writeAll(file, image);
    closeSync(file);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** From the first that is missing on: Node's own `recursive` never returns where a file system has no new directories, as /proc. */
function makeDirectory(directory: string): void {
  if (existsSync(directory)) return;
  makeDirectory(dirname(directory));
  try {
    mkdirSync(directory);
  } catch (error) {
    // Somebody else may have made it meanwhile.
    if (!existsSync(directory)) throw error;
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at, bytes.length - at);
}

function readBytes<T extends Uint8Array>(file: number, from: number, into: T): T {
  for (let at = 0; at < into.length;) {
    const count = readSync(file, into, at, into.length - at, from + at);
    if (count === 0) throw new Error('the file is too short');
    at += count;
  }
  return into;
}

function headOf(bytes: Uint8Array): Head | undefined {
  const head = JSON.parse(new TextDecoder().decode(bytes)) as Partial<Head> | null;
  return typeof head?.bytes === 'number' && head.bytes >= 0 ? (head as Head) : undefined;
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
