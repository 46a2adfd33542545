/** Who may import whom. The table in ARCHITECTURE.md says the same. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Each layer may import those before it, and itself; the two faces never each other. */
const layers = ['base', 'syntax', 'cfg', 'ops', 'regions', 'model', 'simulator', 'rules', 'engine'];
const faces = ['cli', 'lsp'];

/** Below the engine nothing touches the outside; what a layer needs of it comes in as an argument. */
const outside = /^(vscode|node:fs|fs$|fs\/|node:perf_hooks|node:child_process|node:net|node:http)/;

interface Import {
  /** Relative to the repository. */
  readonly from: string;
  /** A file relative to the repository, or the name of a package. */
  readonly to: string;
  readonly isType: boolean;
}

interface Source {
  readonly path: string;
  readonly syntax: ts.SourceFile;
  readonly imports: readonly Import[];
}

const sources = ['server/src', 'client/src', 'client/webview'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts')).map((name) => read(join(folder, name))));

function read(path: string): Source {
  const syntax = ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest, true);
  const imports: Import[] = [];
  const add = (specifier: string, isType: boolean): void => {
    const to = specifier.startsWith('.') ? relative(root, resolve(root, dirname(path), specifier)) : specifier;
    imports.push({ from: path, to, isType });
  };
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) add(node.moduleSpecifier.text, isTypeOnly(node));
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword && node.arguments[0] && ts.isStringLiteral(node.arguments[0])) add(node.arguments[0].text, false);
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal)) add(node.argument.literal.text, true);
    ts.forEachChild(node, visit);
  };
  visit(syntax);
  return { path, syntax, imports };
}

function isTypeOnly(node: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  const clause = node.importClause;
  if (!clause) return false;
  const named = clause.namedBindings;
  return clause.phaseModifier === ts.SyntaxKind.TypeKeyword || (clause.name === undefined && named !== undefined && ts.isNamedImports(named) && named.elements.every((element) => element.isTypeOnly));
}

/** `server/src/model/extract/body.ts` is in layer `model`. */
function layerOf(path: string): string | undefined {
  return /^server\/src\/(\w+)\//.exec(path)?.[1];
}

function show({ from, to }: Import): string {
  return `${from} imports ${to}`;
}

const allImports = sources.flatMap(({ imports }) => imports);
const serverImports = allImports.filter(({ from }) => from.startsWith('server/src/'));

describe('the architecture', () => {
  it('every file of the server is in a layer', () => {
    const strangers = sources.map(({ path }) => path).filter((path) => path.startsWith('server/src/') && ![...layers, ...faces].includes(layerOf(path) ?? ''));
    expect(strangers).toEqual([]);
  });

  it('layers import only what is below them', () => {
    const wrong = serverImports.filter(({ from, to }) => {
      const [low, high] = [layerOf(to), layerOf(from)!];
      if (low === undefined || low === high) return false;
      if (faces.includes(low)) return true;
      return !faces.includes(high) && layers.indexOf(low) > layers.indexOf(high);
    });
    expect(wrong.map(show)).toEqual([]);
  });

  it('relative imports stay inside the server or are data of grammars/', () => {
    const wrong = serverImports.filter(({ to }) => to.includes('/') && /^(\.\.|client|test|scripts|grammars)/.test(to) && !/^grammars\/\w+\.json$/.test(to));
    expect(wrong.map(show)).toEqual([]);
  });

  it('the simulator knows models only, never C', () => {
    const allowed = /^server\/src\/(base\/|simulator\/|model\/(types|sentinels|values|machine|programBuilder)\.ts$)/;
    expect(serverImports.filter(({ from, to }) => layerOf(from) === 'simulator' && !allowed.test(to)).map(show)).toEqual([]);
  });

  it('nothing below the engine touches the editor, the disk, the clock or the console', () => {
    const below = layers.slice(0, layers.indexOf('engine'));
    const inside = sources.filter(({ path }) => below.includes(layerOf(path) ?? ''));
    expect(inside.flatMap(({ imports }) => imports).filter(({ to }) => outside.test(to)).map(show)).toEqual([]);
    const forbidden = inside.flatMap(({ path, syntax }) => globalsUsed(syntax).map((name) => `${path} uses ${name}`));
    expect(forbidden).toEqual([]);
  });

  it('only the language server knows the protocol of editors', () => {
    const wrong = serverImports.filter(({ from, to }) => to.startsWith('vscode') && layerOf(from) !== 'lsp');
    expect(wrong.map(show)).toEqual([]);
  });

  it('the client takes nothing but types from the server', () => {
    const wrong = allImports.filter(({ from, to, isType }) => from.startsWith('client/') && to.startsWith('server/') && !isType);
    expect(wrong.map(show)).toEqual([]);
    const deep = allImports.filter(({ from, to }) => from.startsWith('client/') && to.startsWith('server/') && !/^server\/src\/(engine|lsp)\//.test(to));
    expect(deep.map(show)).toEqual([]);
  });

  it('imports name their file', () => {
    const wrong = allImports.filter(({ to }) => /^(server|client|grammars)\//.test(to) && !/\.(ts|json|css)$/.test(to));
    expect(wrong.map(show)).toEqual([]);
  });

  it('folders do not import each other in a circle', () => {
    const graph = new Map<string, Set<string>>();
    for (const { from, to, isType } of allImports) {
      const [source, target] = [dirname(from), dirname(to)];
      // A folder and those inside it are one thing in two sizes.
      if (isType || `${source}/`.startsWith(`${target}/`) || `${target}/`.startsWith(`${source}/`) || !/^(server|client)\//.test(to)) continue;
      graph.set(source, (graph.get(source) ?? new Set()).add(target));
    }
    expect(cycleIn(graph)).toEqual([]);
  });

  it('nothing is exported as default', () => {
    const wrong = sources.filter(({ syntax }) => syntax.statements.some((statement) =>
      ts.isExportAssignment(statement) || (ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword))));
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });
});

/** `console`, `process`, `Date`, `performance` and `Math.random`, where they are not somebody's member. */
function globalsUsed(syntax: ts.SourceFile): string[] {
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && ['console', 'process', 'Date', 'performance'].includes(node.text) && isReference(node)) found.add(node.text);
    if (ts.isPropertyAccessExpression(node) && node.getText(syntax) === 'Math.random') found.add('Math.random');
    ts.forEachChild(node, visit);
  };
  visit(syntax);
  return [...found];
}

function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  return ts.isPropertyAccessExpression(parent) ? parent.expression === node : ts.isCallExpression(parent) || ts.isNewExpression(parent);
}

/** The folders of one circle, the first again at the end; empty where there is none. */
function cycleIn(graph: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const done = new Set<string>();
  const visit = (folder: string, path: readonly string[]): string[] => {
    if (path.includes(folder)) return [...path.slice(path.indexOf(folder)), folder];
    if (done.has(folder)) return [];
    for (const next of graph.get(folder) ?? []) {
      const cycle = visit(next, [...path, folder]);
      if (cycle.length > 0) return cycle;
    }
    done.add(folder);
    return [];
  };
  for (const folder of graph.keys()) {
    const cycle = visit(folder, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}
