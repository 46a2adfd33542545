/** Effects and results with their argument positions moved: a wrapper that has them in another order. */

import { assertNever } from '../base/assert.ts';
import { isPlace } from './place.ts';
import type { Effect, Operand, Result } from './types.ts';

type Move = (argument: number) => number;

export function movedEffect(effect: Effect, move: Move): Effect {
  const of = (operand: Operand): Operand => {
    if (operand === 'result') return operand;
    return isPlace(operand) ? { ...operand, argument: move(operand.argument) } : move(operand);
  };
  const counted = <T extends { readonly count?: number }>(of: T): T => (of.count === undefined ? of : { ...of, count: move(of.count) });
  switch (effect.kind) {
    case 'acquire':
    case 'release':
    case 'requires':
    case 'become':
    case 'downgrade':
    case 'batch':
    case 'waitUnlocked':
    case 'insert':
    case 'fillSlot':
    case 'remove':
    case 'setFlag':
    case 'addMapping':
    case 'removeMapping':
      return { ...effect, object: of(effect.object) };
    case 'get':
    case 'put':
    case 'freeze':
    case 'unfreeze':
      return counted({ ...effect, object: of(effect.object) });
    case 'storePte':
      return { ...effect, pte: of(effect.pte), value: of(effect.value) };
    case 'clearPte':
    case 'protectPte':
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
    case 'editSlot':
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
    case 'references':
      return { ...result, object: move(result.object) };
    case 'pteAt':
      return { ...result, pointer: move(result.pointer) };
    case 'pteNone':
    case 'pteWith':
    case 'pteWithout':
    case 'pteHas':
    case 'ptePresent':
    case 'pageOfPte':
    case 'errorPointer':
    case 'isError':
      return { ...result, value: move(result.value) };
    case 'pteSame':
      return { ...result, left: move(result.left), right: move(result.right) };
    case 'pteOfPage':
      return { ...result, page: move(result.page) };
    case 'none':
    case 'unknown':
    case 'pointer':
    case 'effect':
    case 'taken':
    case 'choice':
    case 'size':
    case 'oldPte':
    case 'ptePointer':
    case 'lockPointer':
      return result;
    default:
      return assertNever(result);
  }
}
