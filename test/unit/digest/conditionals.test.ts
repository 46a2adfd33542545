import { describe, expect, it } from 'vitest';
import type { DigestOptions } from '../../../server/src/syntax/digest/digest.ts';
import { digested } from './snippets.ts';

/** The lines that are left, without blank ones. */
function left(text: string, options?: DigestOptions): string[] {
  return digested(text, options).text.split('\n').map((line) => line.trim()).filter((line) => line !== '');
}

const lines = (...parts: string[]): string => parts.join('\n');

describe('conditionals at file scope', () => {
  it('keep both definitions of a pair', () => {
    expect(left(lines('#ifdef A', 'int f(void) { }', '#else', 'int g(void) { }', '#endif'))).toEqual(['int f(void) { }', 'int g(void) { }']);
  });

  it('keep what an include guard holds', () => {
    expect(left(lines('#ifndef _X_H', '#define _X_H', 'int x;', '#endif'))).toEqual(['#define _X_H', 'int x;']);
  });

  it('drop #if 0 and C++', () => {
    expect(left(lines('#if 0', 'int a;', '#elif B', 'int b;', '#endif', '#ifdef __cplusplus', 'extern "C" {', '#endif'))).toEqual(['int b;']);
  });

  it('drop #else of #if 1', () => {
    expect(left(lines('#if 1', 'int a;', '#else', 'int b;', '#endif'))).toEqual(['int a;']);
  });

  it('choose one of two headers for one body, by the same rule everywhere', () => {
    const text = lines('#ifdef A', 'int f(int a)', '{', '#else', 'int f(void)', '{', '#endif', '#ifndef A', '  x();', '#else', '  y();', '#endif', '}');
    expect(left(text)).toEqual(['int f(int a)', '{', 'y();', '}']);
    expect(left(text, { unknownSymbol: false })).toEqual(['int f(void)', '{', 'x();', '}']);
    expect(left(text, { symbols: new Map([['A', false]]) })).toEqual(['int f(void)', '{', 'x();', '}']);
  });

  it('keep both fields of a record', () => {
    expect(left(lines('struct s {', '#ifdef A', 'int a;', '#else', 'int b;', '#endif', '};'))).toEqual(['struct s {', 'int a;', 'int b;', '};']);
  });

  it('drop directives inside a dead branch', () => {
    expect(left(lines('#if 0', '#define A 1', '#if B', 'int a;', '#endif', '#else', 'int b;', '#endif'))).toEqual(['int b;']);
  });
});

describe('conditionals inside functions', () => {
  const body = (...parts: string[]): string => lines('void f(void) {', ...parts, '}');

  it('keep one of several branches, for a function is one configuration', () => {
    expect(left(body('#ifdef A', 'x();', '#else', 'y();', '#endif'))).toEqual(['void f(void) {', 'x();', '}']);
    expect(left(body('#ifdef A', 'x();', '#else', 'y();', '#endif'), { symbols: new Map([['A', false]]) })).toEqual(['void f(void) {', 'y();', '}']);
  });

  it('keep a lone branch, whatever its condition, unless it is known to be off', () => {
    expect(left(body('#ifndef A', 'x();', '#endif'))).toEqual(['void f(void) {', 'x();', '}']);
    expect(left(body('#ifndef A', 'x();', '#endif'), { symbols: new Map([['A', true]]) })).toEqual(['void f(void) {', '}']);
  });

  it('keep a lone branch inside an expression', () => {
    expect(left(body('x = a', '#ifdef A', '+ b', '#endif', ';'))).toEqual(['void f(void) {', 'x = a', '+ b', ';', '}']);
  });

  it('keep a lone filled branch beside an empty one', () => {
    expect(left(body('#ifdef A', '/* nothing */', '#else', 'x();', '#endif'))).toEqual(['void f(void) {', '/* nothing */', 'x();', '}']);
  });

  it('choose where branches split a construct', () => {
    expect(left(body('#ifdef A', 'if (a) {', '#else', 'if (b) {', '#endif', 'x(); }'))).toEqual(['void f(void) {', 'if (a) {', 'x(); }', '}']);
  });

  it('drop an unbalanced branch of a symbol that is off', () => {
    const text = body('#ifdef A', 'if (a) {', '#endif', 'x();', '#ifdef A', '}', '#endif');
    expect(left(text)).toEqual(['void f(void) {', 'if (a) {', 'x();', '}', '}']);
    expect(left(text, { unknownSymbol: false })).toEqual(['void f(void) {', 'x();', '}']);
  });
});

describe('conditions', () => {
  const symbols = new Map([['ON', true], ['OFF', false]]);
  const isRead = (condition: string): boolean => left(lines(`#if ${condition}`, 'int x;', '#endif'), { symbols }).length > 0;

  it.each([
    ['defined(ON)', true], ['defined OFF', false], ['!defined(ON)', false], ['IS_ENABLED(OFF)', false], ['defined(ON) && OFF', false],
    ['OFF || UNKNOWN', true], ['OFF && UNKNOWN', false], ['(OFF)', false], ['!(ON || UNKNOWN)', false], ['VERSION < 5', true],
    ['0', false], ['0x0', false], ['1', true], ['OFF /* c */ \\\n || OFF', false], ['', true], ['))((', true],
  ])('reads #if %s', (condition, expected) => {
    expect(isRead(condition)).toBe(expected);
  });
});

describe('the list of branches', () => {
  it('has every branch with its place and whether it was kept', () => {
    const text = lines('#if 0', 'int a;', '#else', 'int b;', '#endif');
    expect(digested(text).conditionals).toEqual([
      { directive: { start: 0, end: 5 }, start: 5, end: 13, isKept: false },
      { directive: { start: 13, end: 18 }, start: 18, end: 26, isKept: true },
    ]);
  });
});
