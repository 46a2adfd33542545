/**
 * Three-valued evaluation of `#if` conditions. A symbol that the configuration does not name is
 * unknown, and so is every comparison of numbers: it matters only which branch is certainly dead.
 */

/** true and false are certain; undefined is unknown. */
export type Truth = boolean | undefined;

/** The truth of a symbol's being defined (and enabled). */
export type SymbolTruth = (name: string) => Truth;

const TOKEN = /\w+|&&|\|\||==|!=|<=|>=|<<|>>|\S/g;
const COMPARISON = new Set(['==', '!=', '<=', '>=', '<', '>', '+', '-', '*', '/', '%', '&', '|', '^', '<<', '>>', '?', ':', ',']);
const CONFIG_TEST = /^IS_(ENABLED|BUILTIN|MODULE|REACHABLE)$/;
/** Deeper parentheses than this are unknown; no real condition comes near. */
const MAX_DEPTH = 64;

/** The truth of directive `name` (`if`, `ifdef`, `elif`, …) with `argument`, comments removed. */
export function conditionTruth(name: string, argument: string, symbol: SymbolTruth): Truth {
  switch (name) {
    case 'ifdef':
    case 'elifdef':
      return symbol(firstWord(argument));
    case 'ifndef':
    case 'elifndef':
      return not(symbol(firstWord(argument)));
    case 'else':
      return undefined;
    default:
      return new Evaluator(argument.match(TOKEN) ?? [], symbol).disjunction(0);
  }
}

class Evaluator {
  private at = 0;

  constructor(private readonly tokens: readonly string[], private readonly symbol: SymbolTruth) {}

  disjunction(depth: number): Truth {
    let value = this.conjunction(depth);
    while (this.accept('||')) {
      const right = this.conjunction(depth);
      value = value === true || right === true ? true : value === false && right === false ? false : undefined;
    }
    return value;
  }

  private conjunction(depth: number): Truth {
    let value = this.comparison(depth);
    while (this.accept('&&')) {
      const right = this.comparison(depth);
      value = value === false || right === false ? false : value === true && right === true ? true : undefined;
    }
    return value;
  }

  private comparison(depth: number): Truth {
    let value = this.unary(depth);
    while (COMPARISON.has(this.peek())) {
      this.at++;
      this.unary(depth);
      value = undefined;
    }
    return value;
  }

  private unary(depth: number): Truth {
    let isNegated = false;
    while (this.accept('!')) isNegated = !isNegated;
    while (this.peek() === '-' || this.peek() === '~' || this.peek() === '+') this.at++;
    const value = this.primary(depth);
    return isNegated ? not(value) : value;
  }

  private primary(depth: number): Truth {
    const token = this.peek();
    if (token === '' || depth > MAX_DEPTH) {
      this.at = this.tokens.length;
      return undefined;
    }
    if (token === ')') return undefined;
    this.at++;
    if (token === '(') {
      const value = this.disjunction(depth + 1);
      this.accept(')');
      return value;
    }
    if (token === 'defined') return this.definedTest();
    if (/^\d/.test(token)) return !/^0+[uUlL]*$|^0[xX]0+[uUlL]*$/.test(token);
    if (!/^\w/.test(token)) return undefined;
    if (this.peek() === '(') return this.callTest(token);
    return this.symbol(token);
  }

  private definedTest(): Truth {
    const isWrapped = this.accept('(');
    const value = this.symbol(this.peek());
    this.at++;
    if (isWrapped) this.accept(')');
    return value;
  }

  /** `IS_ENABLED(X)` asks for X or X_MODULE; any call but these is unknown. */
  private callTest(name: string): Truth {
    const argument = this.tokens[this.at + 1] ?? '';
    let depth = 0;
    do {
      if (this.peek() === '(') depth++;
      else if (this.peek() === ')') depth--;
      this.at++;
    } while (depth > 0 && this.at < this.tokens.length);
    if (!CONFIG_TEST.test(name)) return undefined;
    if (name === 'IS_MODULE') return this.symbol(`${argument}_MODULE`);
    const isBuiltIn = this.symbol(argument);
    if (isBuiltIn !== false || name === 'IS_BUILTIN' || this.symbol(`${argument}_MODULE`) !== true) return isBuiltIn;
    return name === 'IS_ENABLED' ? true : undefined;
  }

  private peek(): string {
    return this.tokens[this.at] ?? '';
  }

  private accept(token: string): boolean {
    if (this.peek() !== token) return false;
    this.at++;
    return true;
  }
}

function not(value: Truth): Truth {
  return value === undefined ? undefined : !value;
}

function firstWord(argument: string): string {
  return /^\w+/.exec(argument)?.[0] ?? '';
}
