import { describe, expect, it } from 'vitest';
import { constantOf, definitionsInTexts } from '../../../server/src/engine/constants.ts';
import { createNativeParser } from '../../../server/src/syntax/nativeParser.ts';

const parser = createNativeParser();

function valueIn(text: string, name: string): number | undefined {
  if (parser.kind !== 'parser') throw new Error(parser.reason);
  return constantOf(name, definitionsInTexts([text], parser.parser));
}

describe('enumerators', () => {
  const text = `enum sgp_type {
    SGP_READ,	/* don't exceed i_size, don't allocate */
    SGP_CACHE,	// the same, { may allocate
    SGP_WRITE = 8,
    SGP_FALLOC,
  };
  enum other { FIRST,
  #ifdef CONFIG_X
    SECOND,
  #endif
    THIRD };`;

  it('count on from the one before', () => {
    expect(['SGP_READ', 'SGP_CACHE', 'SGP_WRITE', 'SGP_FALLOC'].map((name) => valueIn(text, name))).toEqual([0, 1, 8, 9]);
  });

  it('have no value where a conditional decides it', () => {
    expect(['FIRST', 'SECOND', 'THIRD'].map((name) => valueIn(text, name))).toEqual([undefined, undefined, undefined]);
  });
});
