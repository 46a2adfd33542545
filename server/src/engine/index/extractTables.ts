/**
 * Handler tables of one file: initialised ones, members assigned at run time, and who uses which.
 * Which types are tables, and which fields point to one, the vocabulary says. A table that is copied
 * from another one (`*ops = *vma->vm_ops`) has only the members that are written out.
 */

import { fieldMeanings, handlerTables } from '../../ops/vocabulary/fields.ts';
import { expressionsOf, walkExpr } from '../../model/extract/scan.ts';
import type { LineIndex } from '../../base/text.ts';
import type { Expr, FileSyntax, FunctionDef, InitItem, StructInit } from '../../syntax/ast.ts';
import type { Conditions } from './conditions.ts';
import type { BindingFact, TableFact, UseFact, UseHow } from './facts.ts';
import { declaredTables, localTables, statementsIn } from './tableVariables.ts';

const tableTypes: readonly string[] = Object.values(handlerTables);
const bareTypes = tableTypes.map((type) => type.replace(/^struct /, ''));

/** Field of any object to the table type that it points to: `vm_ops`, `a_ops`. */
const tableFields: ReadonlyMap<string, string> = new Map(Object.entries(fieldMeanings).flatMap(([path, meaning]) => {
  const type = meaning.kind === 'object' ? handlerTables[meaning.object as keyof typeof handlerTables] as string | undefined : undefined;
  return type === undefined ? [] : [[path.slice(path.indexOf('.') + 1), type] as const];
}));

const mention = new RegExp(`\\b(?:${[...bareTypes, ...tableFields.keys()].join('|')})\\b`);

/** Cheap: whether the text can hold anything of interest here. */
export function mentionsTables(text: string): boolean {
  return mention.test(text);
}

export interface TablesOfFile {
  readonly tables: readonly TableFact[];
  readonly uses: readonly UseFact[];
}

export interface Source {
  readonly text: string;
  readonly lines: LineIndex;
  readonly conditions: Conditions;
}

export function factsOfTables(syntax: FileSyntax, source: Source): TablesOfFile {
  return new TableReader(syntax, source).read();
}

/** The facts of two readings of one file, each once. */
export function mergeTables(first: TablesOfFile, second: TablesOfFile): TablesOfFile {
  const tables = new Map(first.tables.map((table) => [`${table.type} ${table.variable}`, table]));
  for (const table of second.tables) {
    const known = tables.get(`${table.type} ${table.variable}`);
    tables.set(`${table.type} ${table.variable}`, known ? { ...known, bindings: distinct([...known.bindings, ...table.bindings]) } : table);
  }
  return { tables: [...tables.values()].sort((a, b) => a.line - b.line), uses: distinct([...first.uses, ...second.uses]) };
}

function distinct<T extends { readonly line: number }>(facts: readonly T[]): T[] {
  return [...new Map(facts.map((fact) => [JSON.stringify(fact), fact])).values()].sort((a, b) => a.line - b.line);
}

interface Place {
  readonly type: string;
  readonly variable: string;
  readonly isVariable: boolean;
  readonly line: number;
}

class TableReader {
  private readonly tables = new Map<string, Place & { readonly bindings: BindingFact[] }>();
  private readonly uses: UseFact[] = [];
  /** Tables that the file declares, here or elsewhere defined. */
  private readonly declared: ReadonlyMap<string, { readonly type: string; readonly isPointer: boolean; readonly offset: number }>;

  constructor(private readonly syntax: FileSyntax, private readonly source: Source) {
    this.declared = declaredTables(source.text, bareTypes, tableTypes);
  }

  read(): TablesOfFile {
    for (const init of this.syntax.structInits) this.readInit(init);
    for (const fn of this.syntax.functions) this.readFunction(fn);
    return { tables: [...this.tables.values()].sort((a, b) => a.line - b.line), uses: distinct(this.uses) };
  }

  // ---- file scope --------------------------------------------------------------------------

  private readInit(init: StructInit): void {
    const type = tableTypes[bareTypes.indexOf(init.structName.replace(/^struct /, ''))];
    const text = this.source.text.slice(init.span.start, init.span.end);
    const line = this.lineOf(init.span.start + Math.max(0, text.search(new RegExp(`\\b${init.variable}\\b`))));
    const bindings = type === undefined ? undefined : this.table({ type, variable: init.variable, isVariable: true, line });
    for (const [member, value] of init.fields) {
      const offset = init.span.start + placeOfMember(text, member, value);
      if (bindings) this.bind(bindings, member, value, offset, 'initialised', '');
      else if (this.declared.get(value)?.isPointer === false || tableFields.has(member)) this.use(value, 'initialised', `${structOf(init)} ${init.variable}.${member}`, offset, '');
    }
  }

  private table(place: Place): BindingFact[] {
    const key = `${place.type} ${place.variable}`;
    let known = this.tables.get(key);
    if (!known) this.tables.set(key, (known = { ...place, bindings: [] }));
    return known.bindings;
  }

  private bind(bindings: BindingFact[], member: string, handler: string, offset: number, how: BindingFact['how'], inFunction: string): void {
    if (handler === 'NULL') return;
    bindings.push({ member, handler, how, line: this.lineOf(offset), condition: this.source.conditions.at(offset), inFunction });
  }

  private use(table: string, how: UseHow, target: string, offset: number, inFunction: string): void {
    if (table !== 'NULL') this.uses.push({ table, how, target, line: this.lineOf(offset), inFunction });
  }

  private lineOf(offset: number): number {
    return this.source.lines.lineAt(offset);
  }

  private textOf({ span }: Expr): string {
    return this.source.text.slice(span.start, span.end).replace(/\s+/g, ' ');
  }

  // ---- functions ---------------------------------------------------------------------------

  private readFunction(fn: FunctionDef): void {
    const text = this.source.text.slice(fn.span.start, fn.span.end);
    if (!mention.test(text) && ![...this.declared.keys()].some((name) => text.includes(name))) return;
    const locals = localTables(fn, tableTypes);
    const seen = new Set<Expr>();
    this.readDeclarations(fn);
    for (const root of expressionsOf(fn.body)) {
      walkExpr(root, (expr) => {
        if (expr.kind === 'assign' && expr.op === '=') this.readAssignment(expr, fn, locals, seen);
        else if (expr.kind === 'call') this.readArguments(expr, fn, seen);
        else if (expr.kind === 'binary' && (expr.op === '==' || expr.op === '!=')) this.readComparison(expr, fn, seen);
        else this.readOther(expr, fn, seen);
      });
    }
  }

  /** `static struct vm_operations_struct ops = { … };` inside a function. */
  private readDeclarations(fn: FunctionDef): void {
    for (const stmt of statementsIn(fn.body)) {
      if (stmt.kind !== 'declare') continue;
      for (const { name, type, init } of stmt.declarators) {
        if (init?.kind !== 'initializer' || !tableTypes.includes(type.base)) continue;
        const place = { type: type.base, variable: name, isVariable: true, line: this.lineOf(init.span.start) };
        for (const { field, value } of init.items) this.bindItem(place, field, value, fn);
      }
    }
  }

  /** `x.fault = f`, `vma->vm_ops = &x`, `*ops = (struct …) { .fault = f }`. */
  private readAssignment({ target, value }: Expr & { kind: 'assign' }, fn: FunctionDef, locals: ReadonlyMap<string, string>, seen: Set<Expr>): void {
    const written = stripped(value);
    if (written.kind === 'initializer') {
      const place = this.placeOf(target, locals);
      if (place) for (const { field, value: item } of written.items) this.bindItem(place, field, item, fn);
      return;
    }
    const pointed = target.kind === 'member' ? tableFields.get(target.field) : undefined;
    for (const choice of choicesOf(written)) {
      const name = nameIn(choice);
      if (name === undefined) continue;
      const isTable = this.isTableAddress(choice) || (pointed !== undefined && !locals.has(name));
      if (isTable) {
        seen.add(choice);
        this.use(name, 'assigned', this.textOf(target), target.span.start, fn.name);
      } else if (target.kind === 'member') {
        const place = this.placeOf(target.object, locals, target.isArrow);
        if (place) this.bind(this.table(place), target.field, name, target.span.start, 'assigned', fn.name);
      }
    }
  }

  private bindItem(place: Place, field: InitItem['field'], item: Expr, fn: FunctionDef): void {
    const name = nameIn(stripped(item));
    if (field !== undefined && name !== undefined) this.bind(this.table(place), field, name, item.span.start, 'assigned', fn.name);
  }

  /** The table that an expression denotes, if it is one by its type. */
  private placeOf(object: Expr, locals: ReadonlyMap<string, string>, isPointer = true): Place | undefined {
    const expr = object.kind === 'unary' && (object.op === '*' || object.op === '&') ? object.operand : object;
    const line = this.lineOf(object.span.start);
    if (expr.kind === 'name') {
      const local = locals.get(expr.name);
      if (local !== undefined) return { type: local, variable: expr.name, isVariable: false, line };
      const known = this.declared.get(expr.name);
      return known && { type: known.type, variable: expr.name, isVariable: !known.isPointer, line: this.lineOf(known.offset) };
    }
    // `dev->a_ops.read`: a struct inside another one, which may be of any type in a file that does not speak of tables.
    const isKnown = isPointer || bareTypes.some((bare) => this.source.text.includes(bare));
    const type = expr.kind === 'member' && isKnown ? tableFields.get(expr.field) : undefined;
    return type === undefined ? undefined : { type, variable: this.textOf(expr), isVariable: false, line };
  }

  private readArguments({ callee, args }: Expr & { kind: 'call' }, fn: FunctionDef, seen: Set<Expr>): void {
    for (const arg of args) {
      if (!this.isTableAddress(arg)) continue;
      seen.add(arg);
      this.use(nameIn(arg)!, 'passed', `${this.textOf(callee)}()`, arg.span.start, fn.name);
    }
  }

  private readComparison({ left, right }: Expr & { kind: 'binary' }, fn: FunctionDef, seen: Set<Expr>): void {
    for (const [side, other] of [[left, right], [right, left]] as const) {
      if (!this.isTableAddress(side)) continue;
      seen.add(side);
      this.use(nameIn(side)!, 'compared', this.textOf(other), side.span.start, fn.name);
    }
  }

  private readOther(expr: Expr, fn: FunctionDef, seen: Set<Expr>): void {
    if (!seen.has(expr) && this.isTableAddress(expr)) this.use(nameIn(expr)!, 'other', this.textOf(expr), expr.span.start, fn.name);
  }

  /** `&table` of a table that the file declares. */
  private isTableAddress(expr: Expr): boolean {
    return expr.kind === 'unary' && expr.op === '&' && expr.operand.kind === 'name' && this.declared.get(expr.operand.name)?.isPointer === false;
  }
}

/** Where an initialiser sets a member to a value: `.member = value` or `member: value`. */
function placeOfMember(text: string, member: string, value: string): number {
  const setting = `(?:\\.\\s*${member}\\s*=|\\b${member}\\s*:)`;
  const exact = text.search(new RegExp(`${setting}[^,]*?\\b${value}\\b`));
  return Math.max(0, exact >= 0 ? exact : text.search(new RegExp(setting)));
}

function structOf({ structName }: StructInit): string {
  return /^(?:struct|union) /.test(structName) ? structName : `struct ${structName}`;
}

/** Casts removed. */
function stripped(expr: Expr): Expr {
  return expr.kind === 'cast' ? stripped(expr.operand) : expr;
}

/** Both sides of `c ? a : b`. */
function choicesOf(expr: Expr): readonly Expr[] {
  if (expr.kind !== 'conditional') return [stripped(expr)];
  return [...(expr.then ? choicesOf(expr.then) : []), ...choicesOf(expr.otherwise)];
}

/** `name` or `&name`. */
function nameIn(expr: Expr): string | undefined {
  if (expr.kind === 'unary' && expr.op === '&') return nameIn(expr.operand);
  return expr.kind === 'name' ? expr.name : undefined;
}
