/**
 * The index of a tree as one block of memory: columns of numbers, strings stored once, handler tables
 * and words as JSON. It is what the cache file holds, and threads share it without a copy. About 45 bytes a
 * function. Byte order is the machine's; a cache is not carried between machines.
 */

import type { FileFacts, FunctionFact, TableFact, UseFact } from './facts.ts';
import { noIndexWords, type IndexWords } from './indexWords.ts';
import { StringCollector, StringTable, type StringArrays } from './strings.ts';

/** Changes with everything that alters what is stored, or what is extracted. */
export const imageFormat = 2;
const magic = 0x58494c46;
const isStaticFlag = 1;

const sectionNames = [
  'stringBytes', 'stringStarts', 'stringSlots', 'filePath', 'fileStamp', 'fileStart', 'fnName', 'fnOffset', 'fnLine', 'fnCondition', 'fnFlags',
  'nameStart', 'nameFunctions', 'tables', 'words',
] as const;
type SectionName = (typeof sectionNames)[number];
type Sections = Readonly<Record<SectionName, Uint8Array>>;

/** Tables and uses of one file, where it has any. */
export interface FileTables {
  readonly file: number;
  readonly tables: readonly TableFact[];
  readonly uses: readonly UseFact[];
}

/** Collects facts file by file; memory grows with distinct names and functions only. */
export class ImageBuilder {
  private readonly strings = new StringCollector();
  private readonly filePath: number[] = [];
  private readonly fileStamp: number[] = [];
  private readonly fileStart: number[] = [0];
  private readonly functions = new GrowingColumns(5);
  private readonly tables: FileTables[] = [];

  /** `words`: what the files were read with. */
  constructor(private readonly words: IndexWords = noIndexWords) {}

  get fileCount(): number {
    return this.filePath.length;
  }

  add(path: string, stamp: string, { functions, tables, uses }: FileFacts): void {
    const { strings } = this;
    if (tables.length + uses.length > 0) this.tables.push({ file: this.filePath.length, tables, uses });
    this.filePath.push(strings.idOf(path));
    this.fileStamp.push(strings.idOf(stamp));
    for (const fn of functions) this.functions.push([strings.idOf(fn.name), fn.offset, fn.line, strings.idOf(fn.condition), fn.isStatic ? isStaticFlag : 0]);
    this.fileStart.push(this.functions.length);
  }

  /** `allocate` gives the memory: shared, where threads are to read it. */
  finish(allocate: (bytes: number) => ArrayBufferLike = (bytes) => new ArrayBuffer(bytes)): Uint8Array {
    const { bytes, starts, slots } = this.strings.finish();
    const [fnName, fnOffset, fnLine, fnCondition, fnFlags] = this.functions.finish();
    const { nameStart, nameFunctions } = postings(fnName!, starts.length - 1);
    const numbers = (values: readonly number[]): Uint8Array => bytesOf(Uint32Array.from(values));
    return pack({
      stringBytes: bytes, stringStarts: bytesOf(starts), stringSlots: bytesOf(slots),
      filePath: numbers(this.filePath), fileStamp: numbers(this.fileStamp), fileStart: numbers(this.fileStart),
      fnName: bytesOf(fnName!), fnOffset: bytesOf(fnOffset!), fnLine: bytesOf(fnLine!), fnCondition: bytesOf(fnCondition!), fnFlags: Uint8Array.from(fnFlags!),
      nameStart: bytesOf(nameStart), nameFunctions: bytesOf(nameFunctions),
      tables: new TextEncoder().encode(JSON.stringify(this.tables)),
      words: new TextEncoder().encode(JSON.stringify(this.words)),
    }, allocate);
  }
}

/** Columns of numbers that double when they are full. */
class GrowingColumns {
  length = 0;
  private columns: Uint32Array[];

  constructor(width: number) {
    this.columns = Array.from({ length: width }, () => new Uint32Array(1024));
  }

  push(row: readonly number[]): void {
    if (this.length === this.columns[0]!.length) {
      this.columns = this.columns.map((column) => {
        const wider = new Uint32Array(column.length * 2);
        wider.set(column);
        return wider;
      });
    }
    for (const [place, value] of row.entries()) this.columns[place]![this.length] = value;
    this.length++;
  }

  finish(): Uint32Array[] {
    return this.columns.map((column) => column.subarray(0, this.length));
  }
}

/** For each string the functions of that name, by counting. */
function postings(fnName: Uint32Array, strings: number): { nameStart: Uint32Array; nameFunctions: Uint32Array } {
  const nameStart = new Uint32Array(strings + 1);
  for (const name of fnName) nameStart[name + 1]!++;
  for (let at = 0; at < strings; at++) nameStart[at + 1]! += nameStart[at]!;
  const next = nameStart.slice();
  const nameFunctions = new Uint32Array(fnName.length);
  for (const [fn, name] of fnName.entries()) nameFunctions[next[name]!++] = fn;
  return { nameStart, nameFunctions };
}

function bytesOf(numbers: Uint32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

/** Magic, format, then length and content of each section, each from a multiple of eight. */
function pack(sections: Sections, allocate: (bytes: number) => ArrayBufferLike): Uint8Array {
  const head = align(8 + sectionNames.length * 4);
  const total = sectionNames.reduce((sum, name) => sum + align(sections[name].length), head);
  const image = new Uint8Array(allocate(total));
  const header = new Uint32Array(image.buffer, 0, 2 + sectionNames.length);
  header.set([magic, imageFormat, ...sectionNames.map((name) => sections[name].length)]);
  let at = head;
  for (const name of sectionNames) {
    image.set(sections[name], at);
    at += align(sections[name].length);
  }
  return image;
}

function align(length: number): number {
  return (length + 7) & ~7;
}

function unpack(image: Uint8Array): Sections | undefined {
  const head = align(8 + sectionNames.length * 4);
  if (image.byteOffset % 8 !== 0 || image.length < head) return undefined;
  const header = new Uint32Array(image.buffer, image.byteOffset, 2 + sectionNames.length);
  if (header[0] !== magic || header[1] !== imageFormat) return undefined;
  const sections: Partial<Record<SectionName, Uint8Array>> = {};
  let at = head;
  for (const [place, name] of sectionNames.entries()) {
    const length = header[2 + place]!;
    sections[name] = image.subarray(at, at + length);
    at += align(length);
  }
  return at === image.length ? (sections as Sections) : undefined;
}

function numbersOf(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
}

/** A function of the image with the number of its file. */
export interface IndexedFunction extends FunctionFact {
  readonly file: number;
}

/** Reads an image. Nothing is decoded before it is asked for, but the tables. */
export class IndexImage {
  readonly tables: readonly FileTables[];
  /** What the files were read with. */
  readonly words: IndexWords;
  private readonly strings: StringTable;
  private readonly column: Readonly<Record<Exclude<SectionName, 'stringBytes' | 'fnFlags' | 'tables' | 'words'>, Uint32Array>>;
  private readonly flags: Uint8Array;
  /** File by the string of its path, plus one. */
  private fileByString: Uint32Array | undefined;

  private constructor(readonly image: Uint8Array, sections: Sections) {
    const { stringBytes, fnFlags, tables, words, ...numeric } = sections;
    this.column = Object.fromEntries(Object.entries(numeric).map(([name, bytes]) => [name, numbersOf(bytes)])) as IndexImage['column'];
    const arrays: StringArrays = { bytes: stringBytes, starts: this.column.stringStarts, slots: this.column.stringSlots };
    this.strings = new StringTable(arrays);
    this.flags = fnFlags;
    this.tables = JSON.parse(new TextDecoder().decode(tables.slice())) as FileTables[];
    this.words = JSON.parse(new TextDecoder().decode(words.slice())) as IndexWords;
  }

  /** Undefined where the bytes are no image of this format. Their integrity is the cache's to check. */
  static read(image: Uint8Array): IndexImage | undefined {
    const sections = unpack(image);
    return sections && new IndexImage(image, sections);
  }

  get fileCount(): number {
    return this.column.filePath.length;
  }

  get functionCount(): number {
    return this.column.fnName.length;
  }

  path(file: number): string {
    return this.strings.at(this.column.filePath[file]!);
  }

  stamp(file: number): string {
    return this.strings.at(this.column.fileStamp[file]!);
  }

  /** The number of the file of a relative path; -1 where there is none. */
  fileOfPath(path: string): number {
    const id = this.strings.idOf(path);
    if (id < 0) return -1;
    if (!this.fileByString) {
      this.fileByString = new Uint32Array(this.column.nameStart.length);
      for (const [file, string] of this.column.filePath.entries()) this.fileByString[string] = file + 1;
    }
    return this.fileByString[id]! - 1;
  }

  functionsNamed(name: string): IndexedFunction[] {
    const id = this.strings.idOf(name);
    if (id < 0) return [];
    const { nameStart, nameFunctions } = this.column;
    return [...nameFunctions.subarray(nameStart[id], nameStart[id + 1])].map((fn) => this.functionAt(fn));
  }

  factsOf(file: number, tables: ReadonlyMap<number, FileTables>): FileFacts {
    const functions: FunctionFact[] = [];
    for (let fn = this.column.fileStart[file]!; fn < this.column.fileStart[file + 1]!; fn++) functions.push(this.functionAt(fn));
    const known = tables.get(file);
    return { functions, tables: known?.tables ?? [], uses: known?.uses ?? [] };
  }

  private functionAt(fn: number): IndexedFunction {
    const { fnName, fnOffset, fnLine, fnCondition } = this.column;
    return {
      name: this.strings.at(fnName[fn]!), line: fnLine[fn]!, offset: fnOffset[fn]!, isStatic: (this.flags[fn]! & isStaticFlag) !== 0,
      condition: this.strings.at(fnCondition[fn]!), file: this.fileOf(fn),
    };
  }

  /** The last file that starts at or before a function. */
  private fileOf(fn: number): number {
    const { fileStart } = this.column;
    let [low, high] = [0, this.fileCount];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (fileStart[middle]! <= fn) low = middle;
      else high = middle;
    }
    return low;
  }
}
