/** Effects and results with their argument positions moved: a wrapper that has them in another order. */

import { assertNever } from '../base/assert.ts';
import type { Effect, Operand, Result } from './types.ts';

type Move = (argument: number) => number;

export function movedEffect(effect: Effect, move: Move): Effect {
  const of = (operand: Operand): Operand => (operand === 'result' ? operand : move(operand));
  switch (effect.kind) {
    case 'acquire':
    case 'release':
    case 'requires':
    case 'waitUnlocked':
    case 'get':
    case 'put':
    case 'insert':
    case 'remove':
    case 'setFlag':
    case 'addMapping':
    case 'removeMapping':
      return { ...effect, object: of(effect.object) };
    case 'storePte':
      return { ...effect, pte: of(effect.pte), value: of(effect.value) };
    case 'clearPte':
      return { ...effect, pte: of(effect.pte) };
    case 'storeSize':
      return { ...effect, value: of(effect.value) };
    case 'unmap':
      return { ...effect, evenCows: typeof effect.evenCows === 'number' ? move(effect.evenCows) : effect.evenCows };
    case 'nameLock':
      return { ...effect, pointer: move(effect.pointer) };
    case 'lookup':
    case 'allocate':
    case 'fill':
    case 'fence':
    case 'assertFalse':
      return effect;
    default:
      return assertNever(effect);
  }
}

export function movedResult(result: Result, move: Move): Result {
  switch (result.kind) {
    case 'argument':
      return { ...result, index: move(result.index) };
    case 'flag':
    case 'mapped':
    case 'mappingOf':
      return { ...result, object: move(result.object) };
    case 'pteAt':
      return { ...result, pointer: move(result.pointer) };
    case 'pteNone':
    case 'pteWith':
    case 'pageOfPte':
    case 'isError':
      return { ...result, value: move(result.value) };
    case 'pteSame':
      return { ...result, left: move(result.left), right: move(result.right) };
    case 'pteOfPage':
      return { ...result, page: move(result.page) };
    case 'none':
    case 'unknown':
    case 'effect':
    case 'taken':
    case 'choice':
    case 'size':
    case 'ptePointer':
    case 'lockPointer':
      return result;
    default:
      return assertNever(result);
  }
}
