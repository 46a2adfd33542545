/**
 * A graph as text, one node a line: id, source line, what it does, where it goes. For golden tests
 * and for `faultline` developers; the order and the numbers are those of the graph.
 */

import { assertNever } from '../base/assert.ts';
import { LineIndex } from '../base/text.ts';
import { printExpr, printType } from './printExpr.ts';
import type { Cfg, CfgNode, EdgeLabel, NodeAction } from './types.ts';

/** `source` is the text of the file that the function is in. */
export function printCfg(cfg: Cfg, source: string | LineIndex): string {
  const lines = typeof source === 'string' ? new LineIndex(source) : source;
  const rows = cfg.nodes.map((node) => printNode(node, lines));
  const problems = cfg.problems.map(({ reason, span }) => `problem at line ${lines.lineAt(span.start)}: ${reason}`);
  return [`${cfg.functionName}:`, ...rows, ...problems].join('\n') + '\n';
}

function printNode(node: CfgNode, lines: LineIndex): string {
  const edges = node.successors.map(({ to, label }) => `${printLabel(label, lines.text)}${to}`);
  const target = edges.length > 0 ? ` -> ${edges.join(', ')}` : '';
  return `${node.id} [${lines.lineAt(node.span.start)}] ${printAction(node.action, lines.text)}${target}`;
}

function printLabel(label: EdgeLabel, text: string): string {
  switch (label.kind) {
    case 'next':
      return '';
    case 'true':
    case 'false':
    case 'default':
      return `${label.kind} `;
    case 'case':
      return `case ${printExpr(label.low, text)}${label.high ? ` ... ${printExpr(label.high, text)}` : ''} `;
    default:
      return assertNever(label);
  }
}

function printAction(action: NodeAction, text: string): string {
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
