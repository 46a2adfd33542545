/**
 * A graph for Graphviz: one box a node, labelled with its place and what it does. Which ways control
 * goes is told by the edges' labels; nodes that the graph does not represent are drawn dashed.
 */

import { LineIndex } from '../base/text.ts';
import { describeNode, describeLabel } from './print.ts';
import type { Cfg, CfgNode } from './types.ts';

/** Longer labels make boxes that no page holds. */
const LONGEST_LABEL = 120;

export interface DotOptions {
  /** The text of the file that the function is in. */
  readonly source: string | LineIndex;
  /** The file's name as it is to be shown. */
  readonly file: string;
}

/** The graph as a `digraph`, in Graphviz's language. */
export function cfgToDot(cfg: Cfg, { source, file }: DotOptions): string {
  const lines = typeof source === 'string' ? new LineIndex(source) : source;
  return [
    `digraph ${quoted(cfg.functionName)} {`,
    `  label=${quoted(`${cfg.functionName} (${file})`)};`,
    '  labelloc=t;',
    '  node [shape=box, fontname="monospace"];',
    ...cfg.nodes.map((node) => `  ${dotNode(node, lines, file)}`),
    ...cfg.nodes.flatMap((node) => dotEdges(node, lines.text).map((edge) => `  ${edge}`)),
    '}',
    '',
  ].join('\n');
}

function dotNode(node: CfgNode, lines: LineIndex, file: string): string {
  const place = `${file}:${lines.lineAt(node.span.start)}`;
  const text = shortened(describeNode(node.action, lines.text));
  return `n${node.id} [label=${quoted(`${place}\n${text}`)}${styleOf(node)}];`;
}

function styleOf({ action }: CfgNode): string {
  switch (action.kind) {
    case 'entry':
    case 'exit':
      return ', shape=oval';
    case 'branch':
    case 'switch':
    case 'iterate':
      return ', shape=diamond';
    case 'unknown':
      return ', style=dashed';
    default:
      return '';
  }
}

function dotEdges(node: CfgNode, text: string): string[] {
  return node.successors.map(({ to, label }) => {
    const words = shortened(describeLabel(label, text));
    return `n${node.id} -> n${to}${words === '' ? '' : ` [label=${quoted(words)}]`};`;
  });
}

function shortened(text: string): string {
  return text.length > LONGEST_LABEL ? `${text.slice(0, LONGEST_LABEL)}...` : text;
}

/** A string of Graphviz: quotes and backslashes escaped, a line break as `\n`; it knows no NUL. */
function quoted(text: string): string {
  const escaped = text.replace(/\0/g, ' ').replace(/[\\"]/g, '\\$&').replace(/\r?\n/g, '\\n');
  return `"${escaped}"`;
}
