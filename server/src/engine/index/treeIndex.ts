/**
 * Questions to the index of one tree. Paths are absolute in questions and answers. The image is what
 * was read from the files as they were; facts of files that have changed since are laid over it, and
 * a file whose present facts are not known answers nothing rather than the past.
 */

import type { BindingHow, FileFacts, TableFact, UseFact } from './facts.ts';
import type { FileTables, IndexImage } from './image.ts';
import type { IndexWords } from './indexWords.ts';

/** How the stamp of a record begins that was made from the file's text. */
export const contentStamp = 'sha1 ';

export interface FunctionPlace {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly offset: number;
  readonly isStatic: boolean;
  /** The preprocessor condition under which it stands; '' for none. */
  readonly condition: string;
}

export interface IndexedTable extends TableFact {
  readonly file: string;
}

/** What a function is to a table. */
export interface Role {
  readonly table: IndexedTable;
  readonly member: string;
  readonly how: BindingHow;
  readonly line: number;
  readonly condition: string;
}

export interface TableUse extends UseFact {
  readonly file: string;
}

export class TreeIndex {
  private readonly overlay = new Map<string, FileFacts | undefined>();
  private tablesByFile: Map<number, FileTables> | undefined;
  private tablesNow: readonly IndexedTable[] | undefined;
  private rolesByHandler: ReadonlyMap<string, readonly Role[]> | undefined;

  /** `root` without a trailing slash. */
  constructor(readonly image: IndexImage, readonly root: string) {}

  /** What files are read with, so that they read as they did when the index was made. */
  get words(): IndexWords {
    return this.image.words;
  }

  /** The present facts of a file; undefined: it is gone, or they are not known. Tells whether its tables are others now. */
  setFacts(path: string, facts: FileFacts | undefined): boolean {
    const before = JSON.stringify(this.tablesOf(path) ?? []);
    this.overlay.set(this.relative(path), facts);
    if (JSON.stringify(facts?.tables ?? []) === before) return false;
    this.tablesNow = undefined;
    this.rolesByHandler = undefined;
    return true;
  }

  /** Files with tables whose stamp is not that of the image. Not for an image by content. */
  changedTableFiles(stampOf: (path: string) => string | undefined): string[] {
    return this.image.tables.flatMap(({ file }) => {
      const path = this.absolute(this.image.path(file));
      const stamp = this.image.stamp(file);
      return stamp.startsWith(contentStamp) || stampOf(path) === stamp ? [] : [path];
    });
  }

  /** All definitions of a name, by file and place: statics of several files, and variants under different conditions. */
  functionsNamed(name: string): readonly FunctionPlace[] {
    const found: FunctionPlace[] = [];
    for (const fn of this.image.functionsNamed(name)) {
      const path = this.image.path(fn.file);
      if (!this.overlay.has(path)) found.push({ ...fn, file: this.absolute(path) });
    }
    for (const [path, facts] of this.overlay) {
      for (const fn of facts?.functions ?? []) if (fn.name === name) found.push({ ...fn, file: this.absolute(path) });
    }
    return found.sort((a, b) => compare(a.file, b.file) || a.offset - b.offset);
  }

  /** All tables, or those in which `member` is set. */
  tables(member?: string): readonly IndexedTable[] {
    this.tablesNow ??= [...this.filesWithTables()].flatMap(([path, { tables }]) => tables.map((table) => ({ ...table, file: this.absolute(path) })))
      .sort((a, b) => compare(a.file, b.file) || a.line - b.line);
    return member === undefined ? this.tablesNow : this.tablesNow.filter(({ bindings }) => bindings.some((each) => each.member === member));
  }

  /** Which tables call a function, and as what. `file`: where the function is; a static one serves tables of its own file only. */
  rolesOf(name: string, file: string): readonly Role[] {
    const roles = this.roles().get(name) ?? [];
    if (roles.length === 0) return roles;
    const definitions = this.functionsNamed(name);
    const isLocal = definitions.some((fn) => fn.file === file && fn.isStatic);
    const shadowing = new Set(definitions.filter((fn) => fn.isStatic && fn.file !== file).map((fn) => fn.file));
    return roles.filter(({ table }) => table.file === file || (!isLocal && !shadowing.has(table.file)));
  }

  /** The functions of a table: every table of that name, or only that of one file. */
  handlersOf(variable: string, file?: string): readonly Role[] {
    return this.tables()
      .filter((table) => table.variable === variable && (file === undefined || table.file === file))
      .flatMap((table) => rolesIn(table).map(([, role]) => role));
  }

  usersOfTable(variable: string, file?: string): readonly TableUse[] {
    return [...this.filesWithTables()]
      .flatMap(([path, { uses }]) => uses.filter((use) => use.table === variable).map((use) => ({ ...use, file: this.absolute(path) })))
      .filter((use) => file === undefined || use.file === file)
      .sort((a, b) => compare(a.file, b.file) || a.line - b.line);
  }

  /** What the image has of a file, with the stamp that the file had. */
  recordOf(path: string): { readonly stamp: string; readonly facts: FileFacts } | undefined {
    const file = this.image.fileOfPath(this.relative(path));
    if (file < 0) return undefined;
    return { stamp: this.image.stamp(file), facts: this.image.factsOf(file, this.fileTables()) };
  }

  stampOf(path: string): string | undefined {
    const file = this.image.fileOfPath(this.relative(path));
    return file < 0 ? undefined : this.image.stamp(file);
  }

  private tablesOf(path: string): readonly TableFact[] | undefined {
    const relative = this.relative(path);
    if (this.overlay.has(relative)) return this.overlay.get(relative)?.tables;
    const file = this.image.fileOfPath(relative);
    return file < 0 ? undefined : this.fileTables().get(file)?.tables;
  }

  private fileTables(): Map<number, FileTables> {
    this.tablesByFile ??= new Map(this.image.tables.map((each) => [each.file, each]));
    return this.tablesByFile;
  }

  private roles(): ReadonlyMap<string, readonly Role[]> {
    if (this.rolesByHandler) return this.rolesByHandler;
    const roles = new Map<string, Role[]>();
    for (const [handler, role] of this.tables().flatMap(rolesIn)) {
      const known = roles.get(handler);
      if (known) known.push(role);
      else roles.set(handler, [role]);
    }
    return (this.rolesByHandler = roles);
  }

  private *filesWithTables(): Generator<[string, Pick<FileFacts, 'tables' | 'uses'>]> {
    for (const each of this.image.tables) {
      const path = this.image.path(each.file);
      if (!this.overlay.has(path)) yield [path, each];
    }
    for (const [path, facts] of this.overlay) if (facts) yield [path, facts];
  }

  private absolute(path: string): string {
    return `${this.root}/${path}`;
  }

  private relative(path: string): string {
    return path.startsWith(`${this.root}/`) ? path.slice(this.root.length + 1) : path;
  }
}

function rolesIn(table: IndexedTable): (readonly [string, Role])[] {
  return table.bindings.map(({ handler, member, how, line, condition }) => [handler, { table, member, how, line, condition }] as const);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
