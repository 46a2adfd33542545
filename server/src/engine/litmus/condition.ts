/** Conditions on the final state: `1:r0=1 /\ (x=2 \/ ~(y=0))`. */

import { LitmusError } from './errors.ts';

export type Condition =
  | { readonly kind: 'true' }
  /** A register of a thread, or a shared variable where `thread` is undefined. A string is a variable's address. */
  | { readonly kind: 'equals'; readonly thread: number | undefined; readonly name: string; readonly value: number | string }
  | { readonly kind: 'not'; readonly operand: Condition }
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition };

export function parseCondition(text: string): Condition {
  const parser = new ConditionParser(text);
  const condition = parser.implication();
  parser.expectEnd();
  return condition;
}

/** What a condition speaks of. */
export function termsOf(condition: Condition): readonly Extract<Condition, { kind: 'equals' }>[] {
  switch (condition.kind) {
    case 'true':
      return [];
    case 'equals':
      return [condition];
    case 'not':
      return termsOf(condition.operand);
    case 'and':
    case 'or':
      return [...termsOf(condition.left), ...termsOf(condition.right)];
  }
}

class ConditionParser {
  private readonly tokens: readonly string[];
  private at = 0;

  constructor(text: string) {
    this.tokens = text.match(/=>|\/\\|\\\/|\d+:|!=|0x[\da-fA-F]+|-?\d+|\w+|\S/g) ?? [];
  }

  expectEnd(): void {
    const rest = this.tokens.slice(this.at).filter((token) => token !== ';');
    if (rest.length > 0) throw new LitmusError(`the condition goes on with '${rest.join(' ')}', which is not understood`);
  }

  implication(): Condition {
    const left = this.disjunction();
    if (!this.take('=>')) return left;
    return { kind: 'or', left: { kind: 'not', operand: left }, right: this.implication() };
  }

  private disjunction(): Condition {
    let left = this.conjunction();
    while (this.take('\\/')) left = { kind: 'or', left, right: this.conjunction() };
    return left;
  }

  private conjunction(): Condition {
    let left = this.negation();
    while (this.take('/\\')) left = { kind: 'and', left, right: this.negation() };
    return left;
  }

  private negation(): Condition {
    if (this.take('~') || this.take('not')) return { kind: 'not', operand: this.negation() };
    if (this.take('true')) return { kind: 'true' };
    if (this.take('false')) return { kind: 'not', operand: { kind: 'true' } };
    if (!this.take('(')) return this.term();
    const inner = this.implication();
    if (!this.take(')')) throw new LitmusError("a ')' is missing in the condition");
    return inner;
  }

  private term(): Condition {
    const thread = /^(\d+):$/.exec(this.tokens[this.at] ?? '');
    if (thread) this.at++;
    const isBracketed = this.take('[') || this.take('*');
    const name = this.word(/^[A-Za-z_]\w*$/, 'a register or a variable');
    if (isBracketed) this.take(']');
    const isNegated = this.take('!=');
    if (!isNegated && !this.take('=')) throw new LitmusError(`the condition says nothing of '${name}'`);
    this.take('&');
    const value = this.word(/^(-?\w+)$/, 'a value');
    const term: Condition = {
      kind: 'equals', thread: thread ? Number(thread[1]) : undefined, name,
      value: /^-?\d/.test(value) ? Number(value) : value,
    };
    return isNegated ? { kind: 'not', operand: term } : term;
  }

  private word(shape: RegExp, what: string): string {
    const token = this.tokens[this.at++] ?? '';
    if (!shape.test(token)) throw new LitmusError(`the condition has '${token}' instead of ${what}`);
    return token;
  }

  private take(token: string): boolean {
    if (this.tokens[this.at] !== token) return false;
    this.at++;
    return true;
  }
}
