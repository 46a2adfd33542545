/**
 * One kernel tree (or a lone file's surroundings): where functions, constants and handler tables
 * are. Directories are looked at when something is first asked of them; only files that define what
 * is asked for are parsed. Which directories: the asking file's own, mm, fs, include/linux,
 * include/asm-generic; handler tables also in the whole of fs, mm and ipc. With an index of the tree
 * nothing is searched, and functions and tables of every directory are known.
 */

import { compositesSource } from '../ops/vocabulary/composites.ts';
import { faultMembers, handlerTables, headersWithConstants } from '../ops/vocabulary/fields.ts';
import type { Era } from '../ops/types.ts';
import type { Vocabulary } from '../ops/vocabulary.ts';
import type { Expr, FunctionDef } from '../syntax/ast.ts';
import { parseExpressionText } from '../syntax/parseFile.ts';
import type { HandlerTable, SourceFunction, SourceLookup } from '../model/extract/types.ts';
import { builtInOnly, type WorkspaceVocabulary } from './configuration/workspace.ts';
import { directoryOf, joinPath, relativePath } from './paths.ts';
import { WordTables } from './index/indexWords.ts';
import type { TreeIndex } from './index/treeIndex.ts';
import type { KernelConfig } from './kernelConfig.ts';
import { factsOfFile } from './indexing/buildIndex.ts';
import { definitionOf } from './definitions.ts';
import { constantOf, definitionsInTexts, definitionsOf, type Definitions } from './constants.ts';
import { isPart, partsOf } from './variants.ts';
import type { ParsedFile, SourceFiles } from './sourceFiles.ts';

const functionDirectories = ['mm', 'fs', 'include/linux', 'include/asm-generic'];
const tableDirectories = ['mm', 'fs', 'ipc'];
/** Directories of a kernel tree that are no part of the kernel: a name that is found there only is not followed. */
const otherPrograms = ['tools', 'scripts', 'samples', 'Documentation'];
/** More changed files than this are not read again one by one; they answer nothing until there is a new index. */
const maxReadAgain = 100;
/** The `file` of composites; not a path. */
export const builtInFile = '(built in)';

export class KernelTree implements SourceLookup {
  /** Function name to the files that seem to define it, by directory. */
  private readonly definitions = new Map<string, Map<string, string[]>>();
  private tables: HandlerTable[] | undefined;
  private headerDefinitions: Definitions | undefined;
  private readonly headerValues = new Map<string, number | undefined>();
  private readonly headerMacros = new Map<string, { params: string[]; body: string } | undefined>();
  private composites: ParsedFile | undefined;
  private known: TreeIndex | undefined;
  private words: WordTables | undefined;
  /** Changed since the index was made. */
  private readonly stale = new Set<string>();
  private tableGeneration = 0;

  /** `root` is undefined for a file that stands in no kernel tree; `workspace` is what its files are read with. */
  constructor(readonly files: SourceFiles, readonly root: string | undefined, readonly workspace: WorkspaceVocabulary = builtInOnly) {}

  vocabulary(era: Era): Vocabulary {
    return this.workspace.of(era);
  }

  /** Forgets what the directory of a changed file said. */
  changed(path: string): void {
    if (this.known) this.stale.add(path);
    this.definitions.delete(directoryOf(path));
    this.files.forget(path);
    if (this.tables?.some((table) => table.file === path)) this.tables = undefined;
  }

  /** Answers come from this index from now on. Changes that it does not have yet are to be told again. */
  useIndex(index: TreeIndex | undefined): void {
    this.known = index;
    this.words = undefined;
    this.stale.clear();
    this.tables = undefined;
    this.tableGeneration++;
  }

  /**
   * The index, brought up to date with what has changed; undefined where there is none. What is asked
   * on behalf of a file that is being edited does not wait for that file: its own syntax answers first.
   */
  private index(onBehalfOf?: string): TreeIndex | undefined {
    const { known, stale } = this;
    if (!known || stale.size === 0) return known;
    const isReadAgain = stale.size <= maxReadAgain;
    for (const path of [...stale]) {
      if (path === onBehalfOf) continue;
      stale.delete(path);
      const facts = isReadAgain ? factsOfFile(this.files.host, path, this.files.parser, this.wordTables(known)) : undefined;
      if (!known.setFacts(path, facts)) continue;
      this.tables = undefined;
      this.tableGeneration++;
    }
    return known;
  }

  /** What changed files are read with: what the index was made with. */
  private wordTables(index: TreeIndex): WordTables {
    return (this.words ??= new WordTables(index.words));
  }

  /** Changes when a table of another file than `file` may have changed. */
  generation(file: string): number {
    this.index(file);
    return this.tableGeneration;
  }

  /** The member of a handler table that a function serves, where all tables that name it agree on one. */
  memberOf({ name }: FunctionDef, file: string): string | undefined {
    const roles = this.index(file)?.rolesOf(name, file);
    const members = new Set(roles?.map((role) => role.member));
    return members.size === 1 ? [...members][0] : undefined;
  }

  function(name: string, fromFile: string): SourceFunction | undefined {
    if (fromFile === builtInFile) return this.composite(name);
    const own = this.definitionIn(fromFile, name);
    if (own) return own;
    const index = this.index(fromFile);
    if (index) return this.indexedFunction(index, name, fromFile);
    return this.searchedFunction(name, fromFile);
  }

  /** The first in a near directory that the configuration has; only where it has none of them, one of the others. */
  private searchedFunction(name: string, fromFile: string): SourceFunction | undefined {
    let leftOut: SourceFunction | undefined;
    for (const directory of this.searchPath(fromFile)) {
      for (const path of this.definitionsIn(directory).get(name) ?? []) {
        const found = path === fromFile ? undefined : this.visibleDefinition(path, name);
        if (found && isPart(this.files.conditionOf(found), this.files.config)) return found;
        leftOut ??= found;
      }
    }
    return leftOut;
  }

  /** Of the definitions that the configuration has: near files first, elsewhere only where one file alone defines it. */
  private indexedFunction(index: TreeIndex, name: string, fromFile: string): SourceFunction | undefined {
    const visible = index.functionsNamed(name).filter((fn) => fn.file !== fromFile && (!fn.isStatic || fn.file.endsWith('.h')));
    const files = new Set(partsOf(visible, this.files.config).map((fn) => fn.file));
    for (const directory of this.searchPath(fromFile)) {
      for (const file of files) {
        const found = directoryOf(file) === directory ? this.visibleDefinition(file, name) : undefined;
        if (found) return found;
      }
    }
    const others = [...files].filter((file) => !otherPrograms.includes(relativePath(this.root, file).split('/')[0]!));
    return others.length === 1 ? this.visibleDefinition(others[0]!, name) : undefined;
  }

  /** A definition that other files can call. */
  private visibleDefinition(path: string, name: string): SourceFunction | undefined {
    const found = this.definitionIn(path, name);
    return found && (!found.fn.isStatic || path.endsWith('.h')) ? found : undefined;
  }

  /** The definition in one file only. */
  functionInFile(name: string, path: string): SourceFunction | undefined {
    return this.definitionIn(path, name);
  }

  /** Functions of the same file that call this one by name. */
  callersInFile(callee: SourceFunction): SourceFunction[] {
    const file = this.files.get(callee.file);
    if (!file) return [];
    const call = new RegExp(`\\b${callee.fn.name}\\s*\\(`);
    return file.syntax.functions
      .filter((fn) => fn !== callee.fn && fn.name !== callee.fn.name && call.test(file.text.slice(fn.body.span.start, fn.body.span.end)))
      .map((fn) => this.files.source(file, fn));
  }

  /** The .c files of a top directory whose text holds a word; for a lone file, those beside it are not looked at. */
  filesMentioning(word: string, top: string): ParsedFile[] {
    if (this.root === undefined) return [];
    return this.sourcesUnder(joinPath(this.root, top)).flatMap((path) => {
      if (!(this.files.host.readText(path) ?? '').includes(word)) return [];
      const file = this.files.get(path);
      return file ? [file] : [];
    });
  }

  composite(name: string): SourceFunction | undefined {
    this.composites ??= this.files.parse(builtInFile, compositesSource);
    return this.sourceFunction(this.composites, name);
  }

  expansion(name: string, args: readonly string[], fromFile: string): Expr | undefined {
    const own = fromFile === builtInFile ? undefined : this.files.get(fromFile)?.syntax.macros.find((macro) => macro.name === name && macro.params);
    const macro = own?.params ? { params: own.params, body: own.body } : this.headerMacro(name);
    if (!macro || macro.params.length !== args.length) return undefined;
    const values = new Map(macro.params.map((param, index) => [param, `(${args[index] ?? ''})`]));
    return parseExpressionText(macro.body.replace(/\/\*[\s\S]*?\*\/|\\\r?\n/g, ' ').replace(/\b[A-Za-z_]\w*\b/g, (word) => values.get(word) ?? word), this.files.parser);
  }

  /** How many parameters a macro of those headers has; undefined where they define none of that name. */
  headerMacroArity(name: string): number | undefined {
    return this.headerMacro(name)?.params.length;
  }

  /** A function-like macro of the headers that hold the fault interface. */
  private headerMacro(name: string): { params: string[]; body: string } | undefined {
    if (this.headerMacros.has(name)) return this.headerMacros.get(name);
    const define = new RegExp(`^[ \\t]*#[ \\t]*define[ \\t]+${name}\\(([\\w\\s,]*)\\)[ \\t]+((?:[^\\n\\\\]|\\\\\\r?\\n|\\\\.)+)$`, 'm');
    let found: { params: string[]; body: string } | undefined;
    for (const path of this.root === undefined ? [] : headersWithConstants) {
      const match = define.exec(this.files.host.readText(joinPath(this.root!, path)) ?? '');
      if (match) found ??= { params: match[1]!.split(',').map((param) => param.trim()), body: match[2]! };
    }
    this.headerMacros.set(name, found);
    return found;
  }

  constant(name: string, fromFile: string): number | undefined {
    const own = fromFile === '' || fromFile === builtInFile ? undefined : this.files.get(fromFile);
    const value = own ? constantOf(name, definitionsOf(own.syntax, own.text, this.files.parser)) : undefined;
    return value ?? this.headerConstant(name);
  }

  /** The table that most likely serves an ordinary file mapping: the one of the most used handler, drivers' left out. */
  vmOps(era: Era): HandlerTable | undefined {
    const tables = this.handlerTables().filter(({ file }) => tableDirectories.includes(relativePath(this.root, file).split('/')[0]!));
    const member = faultMembers.find((each) => (era !== 'nopage' || each === 'nopage') && tables.some((table) => table.fields.has(each)));
    if (member === undefined) return undefined;
    const byHandler = new Map<string, HandlerTable[]>();
    for (const table of tables) {
      const handler = table.fields.get(member);
      if (handler !== undefined) byHandler.set(handler, [...(byHandler.get(handler) ?? []), table]);
    }
    const ranked = [...byHandler].sort((a, b) => b[1].length - a[1].length);
    for (const [handler, users] of ranked) {
      const source = this.function(handler, users[0]!.file);
      if (source) return users.find((table) => table.file === source.file) ?? users[0];
    }
    return undefined;
  }

  /** The tables that a handler is a member of, with the member's name. */
  tablesOf(handler: string, member: string): HandlerTable[] {
    return this.handlerTables().filter((table) => table.fields.get(member) === handler);
  }

  handlerTables(): readonly HandlerTable[] {
    const index = this.index();
    this.tables ??= index ? vmOpsTables(index, this.files.config) : this.findTables();
    return this.tables;
  }

  private findTables(): HandlerTable[] {
    if (this.root === undefined) return [];
    const found: HandlerTable[] = [];
    for (const top of tableDirectories) {
      for (const path of this.sourcesUnder(joinPath(this.root, top))) {
        const text = this.files.host.readText(path);
        if (text?.includes(handlerTables.vmOps)) found.push(...this.tablesIn(path, text));
      }
    }
    return found;
  }

  /** Only the initialisers are parsed, not their files. */
  private tablesIn(path: string, text: string): HandlerTable[] {
    return [...text.matchAll(tableStart)].flatMap((match) => {
      const end = text.indexOf('\n}', match.index);
      const source = text.slice(match.index, end < 0 ? text.length : end + 2);
      return this.files.parse(path, `${source};\n`).syntax.structInits.map((init) => ({ file: path, variable: init.variable, fields: init.fields }));
    });
  }

  /** All .c files below a directory, in a stable order. */
  private sourcesUnder(directory: string): string[] {
    return this.files.host.list(directory).flatMap((name) => {
      if (name.endsWith('/')) return this.sourcesUnder(joinPath(directory, name.slice(0, -1)));
      return name.endsWith('.c') ? [joinPath(directory, name)] : [];
    });
  }

  private searchPath(fromFile: string): string[] {
    const own = directoryOf(fromFile);
    const { root } = this;
    const others = root === undefined ? [] : functionDirectories.map((directory) => joinPath(root, directory));
    return [own, ...others.filter((directory) => directory !== own)];
  }

  private definitionsIn(directory: string): Map<string, string[]> {
    let index = this.definitions.get(directory);
    if (index) return index;
    index = new Map<string, string[]>();
    this.definitions.set(directory, index);
    for (const name of this.files.host.list(directory)) {
      if (!name.endsWith('.c') && !name.endsWith('.h')) continue;
      const path = joinPath(directory, name);
      for (const defined of namesDefined(this.files.host.readText(path) ?? '')) {
        const known = index.get(defined);
        if (known) known.push(path);
        else index.set(defined, [path]);
      }
    }
    return index;
  }

  private definitionIn(path: string, name: string): SourceFunction | undefined {
    const file = this.files.get(path);
    return file ? this.sourceFunction(file, name) : undefined;
  }

  private sourceFunction(file: ParsedFile, name: string): SourceFunction | undefined {
    const fn = definitionOf(file, name);
    return fn && this.files.source(file, fn);
  }

  private headerConstant(name: string): number | undefined {
    if (this.headerValues.has(name)) return this.headerValues.get(name);
    const value = interfaceName.test(name) ? constantOf(name, this.headers()) : undefined;
    this.headerValues.set(name, value);
    return value;
  }

  private headers(): Definitions {
    const { root } = this;
    const texts = root === undefined ? [] : headersWithConstants.map((path) => this.files.host.readText(joinPath(root, path)) ?? '');
    this.headerDefinitions ??= definitionsInTexts(texts, this.files.parser);
    return this.headerDefinitions;
  }
}

/** As `findTables` gives them: initialised members and those set at run time; of several bindings of a member the first that the configuration has. */
function vmOpsTables(index: TreeIndex, config: KernelConfig | undefined): HandlerTable[] {
  return index.tables().filter((table) => table.type === handlerTables.vmOps).map(({ file, variable, bindings }) => {
    const fields = new Map<string, string>();
    for (const { member, handler, condition } of bindings) if (!fields.has(member) && isPart(condition, config)) fields.set(member, handler);
    return { file, variable, fields };
  });
}

/** Names of the fault interface's constants; others of a header (page sizes, configuration) are not wanted. */
const interfaceName = /^(SGP_|VM_|FGP_|FAULT_FLAG_|NOPAGE_|NOPFN_|AOP_|E[A-Z]+$)/;

/** `struct vm_operations_struct name = {`, at file scope. */
const tableStart = new RegExp(`^(?:static |const |extern )*${handlerTables.vmOps}\\s+(?:\\w+\\s+)?\\w+(?:\\[\\])?\\s*=\\s*\\{`, 'gm');

/** Names that lines in column 0 seem to define: cheap, and too many rather than too few. */
function* namesDefined(text: string): Generator<string> {
  const definition = /^(?:[A-Za-z_][^\n;=#(]*?[\s*])?([A-Za-z_]\w*)\s*\([^;\n]*$/gm;
  for (const match of text.matchAll(definition)) if (match[1] !== undefined) yield match[1];
}
