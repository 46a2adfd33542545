/** Quick fixes that need no thought: an unlock before a return. */

import type { Span } from '../base/text.ts';
import type { LockStatus } from '../regions/types.ts';
import type { RuleFix, RuleSubject } from './rule.ts';

/** Inserts the unlock on a line of its own, where the return is a statement of a block. */
export function unlockBefore(lock: LockStatus, at: Span, subject: RuleSubject): readonly RuleFix[] {
  const call = unlockCall(lock, subject);
  const { text } = subject.lines;
  const line = subject.lines.lineSpan(subject.lines.lineAt(at.start));
  if (call === undefined || !line || !text.startsWith('return', at.start)) return [];
  const indent = text.slice(line.start, at.start);
  const before = text.slice(0, line.start).trimEnd();
  if (indent.trim() !== '' || !/[;{}:]$/.test(before)) return [];
  return [{ title: `Insert ${call}`, edits: [{ span: { start: at.start, end: at.start }, newText: `${call};\n${indent}` }] }];
}

function unlockCall(lock: LockStatus, subject: RuleSubject): string | undefined {
  if (lock.lock !== 'page' || !/^[\w>.-]+$/.test(lock.name)) return undefined;
  const type = variableType(lock.name, subject);
  if (type === 'struct folio') return `folio_unlock(${lock.name})`;
  return type === 'struct page' || lock.name.endsWith('page') ? `unlock_page(${lock.name})` : undefined;
}

function variableType(name: string, { states }: RuleSubject): string | undefined {
  const param = states.fn.params.find((each) => each.name === name);
  if (param) return param.type.base;
  for (const { action } of states.cfg.nodes) if (action.kind === 'declare' && action.name === name) return action.type.base;
  return undefined;
}
