/**
 * The same program in another address space: pte, page table, page-table lock, mmap_sem and vma
 * lock 0 become those of `slot` and its mm. Programs of one fault name nothing but number 0.
 */

import { cells, locks, type MachineSize } from '../model/machine.ts';
import type { CellRef, LockRef, Program, Step, Value } from '../model/types.ts';
import { constant } from '../model/values.ts';

const ownLocks: readonly number[] = [locks.pageTable, locks.mmap, locks.vma];

export function inOtherMm(program: Program, size: MachineSize, slot: number): Program {
  const renaming = new Renaming(slot, size.slots[slot]!.mm);
  return { ...program, transitions: program.transitions.map((transition) => ({ ...transition, steps: renaming.steps(transition.steps) })) };
}

class Renaming {
  constructor(private readonly slot: number, private readonly mm: number) {}

  steps(steps: readonly Step[]): readonly Step[] {
    return steps.map((step) => this.step(step));
  }

  private step(step: Step): Step {
    switch (step.kind) {
      case 'assign':
        return { ...step, value: this.value(step.value) };
      case 'load':
        return { ...step, from: this.cell(step.from) };
      case 'store':
        return { ...step, to: this.cell(step.to), value: this.value(step.value) };
      case 'update':
        return { ...step, cell: this.cell(step.cell), value: this.value(step.value) };
      case 'assume':
      case 'check':
        return { ...step, condition: this.value(step.condition) };
      case 'acquire':
      case 'tryAcquire':
      case 'release':
        return { ...step, lock: this.lock(step.lock) };
      case 'if':
        return { ...step, condition: this.value(step.condition), then: this.steps(step.then), otherwise: this.steps(step.otherwise) };
      default:
        return step;
    }
  }

  private value(value: Value): Value {
    switch (value.kind) {
      case 'unary':
        return { ...value, operand: this.value(value.operand) };
      case 'binary':
        return { ...value, left: this.value(value.left), right: this.value(value.right) };
      case 'cell':
        return { ...value, ref: this.cell(value.ref) };
      case 'held':
        return { ...value, lock: this.lock(value.lock) };
      default:
        return value;
    }
  }

  private cell(ref: CellRef): CellRef {
    if (ref.cell === cells.pte) return { ...ref, index: constant(this.slot) };
    if (ref.cell === cells.pageTable || ref.cell === cells.vma) return { ...ref, index: constant(this.mm) };
    return ref.index ? { ...ref, index: this.value(ref.index) } : ref;
  }

  private lock(ref: LockRef): LockRef {
    if (ownLocks.includes(ref.lock)) return { ...ref, index: constant(this.mm) };
    return ref.index ? { ...ref, index: this.value(ref.index) } : ref;
  }
}
