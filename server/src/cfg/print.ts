/**
 * A graph as text, one node a line: id, place, what it does, where it goes. For `faultline cfg` and
 * for golden tests; the order and the numbers are those of the graph.
 */

import { assertNever } from '../base/assert.ts';
import { LineIndex } from '../base/text.ts';
import { printExpr, printType } from './printExpr.ts';
import type { Cfg, CfgNode, EdgeLabel, NodeAction } from './types.ts';

/**
 * `source` is the text of the file that the function is in. A place is the line's number, or
 * `file:line` where the file's name is given.
 */
export function printCfg(cfg: Cfg, source: string | LineIndex, file?: string): string {
  const lines = typeof source === 'string' ? new LineIndex(source) : source;
  const placeAt = (offset: number): string => `${file === undefined ? '' : `${file}:`}${lines.lineAt(offset)}`;
  const rows = cfg.nodes.map((node) => printNode(node, placeAt, lines.text));
  const problems = cfg.problems.map(({ reason, span }) => `problem at ${file === undefined ? 'line ' : ''}${placeAt(span.start)}: ${reason}`);
  return [`${cfg.functionName}:`, ...rows, ...problems].join('\n') + '\n';
}

function printNode(node: CfgNode, placeAt: (offset: number) => string, text: string): string {
  const edges = node.successors.map(({ to, label }) => `${edgeWords(label, text)}${to}`);
  const target = edges.length > 0 ? ` -> ${edges.join(', ')}` : '';
  return `${node.id} [${placeAt(node.span.start)}] ${describeNode(node.action, text)}${target}`;
}

function edgeWords(label: EdgeLabel, text: string): string {
  const words = describeLabel(label, text);
  return words === '' ? '' : `${words} `;
}

/** When control takes an edge; '' where it always does. */
export function describeLabel(label: EdgeLabel, text: string): string {
  switch (label.kind) {
    case 'next':
      return '';
    case 'true':
    case 'false':
    case 'default':
      return label.kind;
    case 'case':
      return `case ${printExpr(label.low, text)}${label.high ? ` ... ${printExpr(label.high, text)}` : ''}`;
    default:
      return assertNever(label);
  }
}

/** What a node does, on one line. */
export function describeNode(action: NodeAction, text: string): string {
  const args = (list: readonly Parameters<typeof printExpr>[0][]) => list.map((arg) => printExpr(arg, text)).join(', ');
  switch (action.kind) {
    case 'entry':
    case 'exit':
    case 'skip':
      return action.kind;
    case 'eval':
      return printExpr(action.expr, text);
    case 'declare':
      return `declare ${printType(action.type)} ${action.name}${action.init ? ` = ${printExpr(action.init, text)}` : ''}`;
    case 'branch':
      return `if ${printExpr(action.condition, text)}`;
    case 'switch':
      return `switch ${printExpr(action.value, text)}`;
    case 'iterate':
      return `iterate ${action.macro}(${args(action.args)})`;
    case 'guard':
      return `${action.edge} ${action.lockClass}(${args(action.args)})`;
    case 'cleanup':
      return `cleanup ${action.cleanup}(${action.variable})`;
    case 'return':
      return `return${action.value ? ` ${printExpr(action.value, text)}` : ''}`;
    case 'halt':
      return `halt ${printExpr(action.expr, text)}`;
    case 'unknown':
      return `unknown: ${action.reason}`;
    default:
      return assertNever(action);
  }
}
