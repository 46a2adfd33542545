/** What the schema says of a value, in words for the author of the file. */

import { validate, type SchemaError } from './validate.generated.ts';

export interface SchemaProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** The key is wrong, not its value. */
  readonly isKey: boolean;
}

/** In no order; of several wrong alternatives only what is wrong with the one that was meant. */
export function schemaProblems(value: unknown): SchemaProblem[] {
  if (validate(value)) return [];
  const errors = validate.errors ?? [];
  const alternatives = errors.filter(({ keyword }) => keyword === 'anyOf');
  return errors.filter((error) => !isNoise(error, alternatives, value)).map((error) => problemOf(error, value));
}

/** `takes` may be one lock or a list of them: complaints about the one that it is not. */
function isNoise(error: SchemaError, alternatives: readonly SchemaError[], value: unknown): boolean {
  if (error.keyword === 'anyOf') return isExplained(error, value);
  const isAlternative = alternatives.some((alternative) => alternative.instancePath === error.instancePath);
  return isAlternative && (error.keyword === 'type' || error.keyword === 'const' || !isExplained(error, value));
}

/** An object or list inside `anyOf` gets the complaints about its parts. */
function isExplained({ instancePath }: SchemaError, value: unknown): boolean {
  const actual = at(value, instancePath);
  return typeof actual === 'object' && actual !== null;
}

function problemOf(error: SchemaError, value: unknown): SchemaProblem {
  const path = parts(error.instancePath);
  const { params } = error;
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(params['additionalProperty']);
      return { path: [...path, key], message: `there is no "${key}" here; known: ${knownKeys(error)}`, isKey: true };
    }
    case 'required':
      return { path, message: `"${String(params['missingProperty'])}" is missing`, isKey: true };
    case 'enum':
      return { path, message: `${shown(at(value, error.instancePath))} is none of ${(params['allowedValues'] as unknown[]).map(shown).join(', ')}`, isKey: false };
    case 'type':
      return { path, message: `this must be of type ${String(params['type'])}, not ${typeName(at(value, error.instancePath))}`, isKey: false };
    case 'const':
      return { path, message: `this must be ${shown(params['allowedValue'])}`, isKey: false };
    case 'anyOf':
      return { path, message: `${shown(at(value, error.instancePath))} is not allowed here: ${wanted(path)}`, isKey: false };
    case 'pattern':
      return { path, message: `${shown(at(value, error.instancePath))} is not a C identifier`, isKey: false };
    case 'minProperties':
    case 'minItems':
      return { path, message: 'this is empty', isKey: false };
    default:
      return { path, message: `this ${error.message ?? 'does not fit the schema'}`, isKey: false };
  }
}

function wanted(path: readonly (string | number)[]): string {
  return path.at(-1) === 'argument' ? 'a number from 1, or "result"' : 'a lock {"lock": ...}, or a list of them';
}

function knownKeys({ parentSchema }: SchemaError): string {
  return Object.keys(parentSchema?.properties ?? {}).map((key) => `"${key}"`).join(', ');
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? 'nothing' : text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

function at(value: unknown, pointer: string): unknown {
  return parts(pointer).reduce<unknown>((inner, part) => (typeof inner === 'object' && inner !== null ? (inner as Record<string | number, unknown>)[part] : undefined), value);
}

/** A JSON pointer's parts. */
function parts(pointer: string): (string | number)[] {
  return pointer.split('/').slice(1).map((part) => (/^\d+$/.test(part) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~')));
}
