/**
 * Writes server/src/engine/configuration/validate.generated.ts: the validator of
 * grammars/faultline.schema.json as plain code, so that Ajv itself is not part of the bundles.
 */

import { Ajv, type ValidateFunction } from 'ajv';
import standaloneModule from 'ajv/dist/standalone/index.js';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** CommonJS, whose default export Node and bundlers give differently. */
type Standalone = (ajv: Ajv, validate: ValidateFunction) => string;
const { default: inner } = standaloneModule as unknown as { default?: Standalone };
const standalone: Standalone = inner ?? standaloneModule;

const root = join(import.meta.dirname, '..');
const schemaPath = join(root, 'grammars/faultline.schema.json');
export const validatorPath = join(root, 'server/src/engine/configuration/validate.generated.ts');

const head = `// @ts-nocheck
/* Made of grammars/faultline.schema.json by scripts/schemaValidator.ts; \`npm run schema-validator\` makes it anew. */

export interface SchemaError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
  readonly parentSchema?: { readonly properties?: Readonly<Record<string, unknown>> };
}

interface Validate {
  (value: unknown): boolean;
  readonly errors?: readonly SchemaError[] | null;
}

`;

/** The module's text. Ajv's code needs nothing at run time for the keywords that the schema has. */
export function validatorSource(): string {
  const ajv = new Ajv({ allErrors: true, verbose: true, code: { source: true, esm: true, lines: true } });
  const code = standalone(ajv, ajv.compile(JSON.parse(readFileSync(schemaPath, 'utf8')) as object));
  if (/\brequire\(/.test(code)) throw new Error('the schema has a keyword whose check needs Ajv at run time');
  const body = code.replace(/^"use strict";/, '').replace(/^export const validate = (\w+);\s*export default \w+;/m, '');
  const name = /\bvalidate = (\w+);/.exec(code)?.[1] ?? '';
  return `${head}${body.trim()}\n\nexport const validate: Validate = ${name};\n`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(validatorPath, validatorSource());
