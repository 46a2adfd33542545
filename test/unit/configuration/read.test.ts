/** What a `.faultline.json` may say, and how what is wrong with one is told. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { validatorPath, validatorSource } from '../../../scripts/schemaValidator.ts';
import { configurationProblemText, maxConfigurationLength, readConfiguration } from '../../../server/src/engine/configuration/read.ts';

function problems(text: string | undefined): string[] {
  return readConfiguration('.faultline.json', text).problems.map((problem) => configurationProblemText(problem));
}

const lockNames = '"page", "page table", "pmd", "mmap", "vma", "i_mmap", "anon_vma", "invalidate", "inode", "i_pages", "rcu", "spinlock", "mutex", "rwsem"';

const wrong: readonly (readonly [string, string | undefined, readonly string[]])[] = [
  ['no text', undefined, ['1:1: it cannot be read, or is not text']],
  ['nothing', '', ['1:1: it is not JSON: value expected']],
  ['binary content', '{}\0', ['1:1: it is not text']],
  ['something huge', ' '.repeat(maxConfigurationLength + 1), [`1:1: it is too large: ${maxConfigurationLength + 1} characters, at most ${maxConfigurationLength} are read`]],
  ['a comment', '// mine\n{}', ['1:1: it is not JSON: invalid comment token']],
  ['a missing brace', '{\n  "functions": {\n', ['3:1: functions: it is not JSON: close brace expected']],
  ['a comma too many', '{\n  "noreturn": [],\n}', ['3:1: it is not JSON: property name expected']],
  ['another type', '[]', ['1:1: this must be of type object, not array']],
  ['an unknown key', '{\n  "function": {}\n}', ['2:3: function: there is no "function" here; known: "$schema", "functions", "noreturn", "iterators", "attributes", "attributesWithArguments"']],
  ['an unknown key inside', '{"functions": {"f": {"take": {"lock": "page"}}}}', ['1:22: functions.f.take: there is no "take" here; known: "comment", "like", "arguments", "inert", "takes", "drops", "needs", "leaves", "downgrades", "batch", "getsReference", "putsReference", "freezesReference", "unfreezesReference", "sleeps"']],
  ['an unknown lock', '{"functions": {"f": {"takes": {"lock": "pag"}}}}', [`1:40: functions.f.takes.lock: "pag" is none of ${lockNames}`]],
  ['no lock', '{"functions": {"f": {"takes": [{"argument": 1}]}}}', ['1:32: functions.f.takes[0]: "lock" is missing']],
  ['a number for a lock', '{"functions": {"f": {"takes": 3}}}', ['1:31: functions.f.takes: 3 is not allowed here: a lock {"lock": ...}, or a list of them']],
  ['an argument before the first', '{"functions": {"f": {"takes": {"lock": "page", "argument": 0}}}}', ['1:60: functions.f.takes.argument: 0 is not allowed here: a number from 1, or "result"']],
  ['two wrong things', '{"functions": {"f": {"sleeps": "maybe", "inert": false}}}', ['1:32: functions.f.sleeps: "maybe" is none of true, false, "gfp"', '1:50: functions.f.inert: this must be true']],
  ['a name that is none', '{"noreturn": ["a b"]}', ['1:15: noreturn[0]: "a b" is not a C identifier']],
  ['a function name that is none', '{"functions": {"1x": {"inert": true}}}', ['1:22: functions.1x: this is not a C identifier']],
  ['a key twice', '{"functions": {\n"f": {"inert": true},\n"f": {"inert": true}}}', ['3:1: f: "f" stands here twice']],
  ['a function of which nothing is said', '{"functions": {"f": {"comment": "x"}}}', ['1:21: functions.f: nothing says what it does: give it "like", "inert", "takes", "drops", "needs", "leaves", "downgrades", "batch", "getsReference", "putsReference", "freezesReference" or "unfreezesReference"']],
  ['like and more', '{"functions": {"f": {"like": "lock_page", "inert": true}}}', ['1:30: functions.f.like: "like" says all that the function does, so that "inert" has no place beside it']],
  ['like nothing known', '{"functions": {"f": {"like": "lock_pge"}}}', ['1:30: functions.f.like: "lock_pge" is neither in the built-in vocabulary nor in this file']],
  ['like an inherited name', '{"functions": {"f": {"like": "constructor"}}}', ['1:30: functions.f.like: "constructor" is neither in the built-in vocabulary nor in this file']],
  ['like itself', '{"functions": {"f": {"like": "f"}}}', ['1:30: functions.f.like: "like" goes in a circle: f -> f']],
  ['a circle', '{"functions": {"f": {"like": "g"}, "g": {"like": "f"}}}', ['1:30: functions.f.like: "like" goes in a circle: f -> g -> f', '1:50: functions.g.like: "like" goes in a circle: g -> f -> g']],
  ['arguments without like', '{"functions": {"f": {"inert": true, "arguments": [2]}}}', ['1:50: functions.f.arguments: "arguments" goes with "like"']],
  ['two conditions', '{"functions": {"f": {"takes": [{"lock": "page", "ifReturns": "zero"}, {"lock": "mutex", "ifReturns": "nonzero"}]}}}', ['1:21: functions.f: its effects depend on different results (zero, nonzero); only one can be followed']],
  ['a released result', '{"functions": {"f": {"drops": {"lock": "page", "argument": "result"}}}}', ['1:31: functions.f.drops: a lock that is released cannot be named by what the call returns']],
  ['a state that is none', '{"functions": {"f": {"leaves": {"lock": "page", "as": "gone"}}}}', ['1:55: functions.f.leaves.as: "gone" is none of "held", "free", "unknown"']],
  ['no state', '{"functions": {"f": {"leaves": {"lock": "page"}}}}', ['1:22: functions.f.leaves: "as" is missing']],
  ['a batch of which nothing is done', '{"functions": {"f": {"batch": {"argument": 1}}}}', ['1:22: functions.f.batch: "does" is missing']],
  ['a count that is not said', '{"functions": {"f": {"freezesReference": {"argument": 1}}}}', ['1:22: functions.f.freezesReference: "count" is missing']],
  ['states by two results', '{"functions": {"f": {"takes": {"lock": "page", "ifReturns": "zero"}, "leaves": {"lock": "mmap", "as": "unknown", "ifReturns": "nonzero"}}}}', ['1:21: functions.f: its effects depend on different results (zero, nonzero); only one can be followed']],
];

describe('.faultline.json', () => {
  it.each(wrong)('%s is told with its place', (_name, text, expected) => {
    expect(problems(text)).toEqual(expected.map((line) => `.faultline.json:${line}`));
  });

  it('a file with a problem declares nothing', () => {
    expect(readConfiguration('c', '{"functions": {"f": {"inert": true}, "g": {}}}').declarations).toEqual({});
  });

  it.each([['objects', '{"a":'], ['lists', '[']])('%s within each other without end are refused', (_name, opening) => {
    expect(problems(opening.repeat(150_000))).toEqual(['.faultline.json:1:1: it is nested too deeply']);
  });

  it('a mark before the text, an empty object and names of Object.prototype are in order', () => {
    expect(problems('\ufeff{}')).toEqual([]);
    expect(problems('{"functions": {"toString": {"inert": true}, "__proto__": {"like": "toString"}}}')).toEqual([]);
  });

  it('a wrapper may have the name of what it wraps', () => {
    expect(problems('{"functions": {"lock_page": {"like": "lock_page", "arguments": [2]}, "g": {"like": "lock_page"}}}')).toEqual([]);
  });

  it('the validator is the one that the schema makes', () => {
    expect(readFileSync(validatorPath, 'utf8')).toBe(validatorSource());
  });
});
