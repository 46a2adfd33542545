/**
 * What the index keeps of one file: plain data that survives a cache and a thread boundary.
 * Lines are 1-based; offsets are UTF-16 units; conditions are those of the preprocessor, as an
 * expression over configuration symbols, '' where there is none.
 */

export interface FunctionFact {
  readonly name: string;
  readonly line: number;
  /** Of the name. */
  readonly offset: number;
  readonly isStatic: boolean;
  readonly condition: string;
}

/** How a member of a table gets its function: by the initialiser, or by an assignment in a function. */
export type BindingHow = 'initialised' | 'assigned';

export interface BindingFact {
  readonly member: string;
  /** The function's name as written; whether it exists is not asked. */
  readonly handler: string;
  readonly how: BindingHow;
  readonly line: number;
  readonly condition: string;
  /** The function that assigns it; '' for an initialiser at file scope. */
  readonly inFunction: string;
}

export interface TableFact {
  /** `struct vm_operations_struct`. */
  readonly type: string;
  /** The variable; where only a pointer or an expression is known, its text (`vma->vm_ops`). */
  readonly variable: string;
  /** False: `variable` is a pointer or an expression, and which table it leads to is not known. */
  readonly isVariable: boolean;
  readonly line: number;
  readonly bindings: readonly BindingFact[];
}

export type UseHow = 'assigned' | 'initialised' | 'passed' | 'compared' | 'other';

/** A place that names a table: `vma->vm_ops = &table`. */
export interface UseFact {
  readonly table: string;
  readonly how: UseHow;
  /** What takes it: the target's text, `struct foo variable.member`, or the called function. */
  readonly target: string;
  readonly line: number;
  /** '' at file scope. */
  readonly inFunction: string;
}

export interface FileFacts {
  readonly functions: readonly FunctionFact[];
  readonly tables: readonly TableFact[];
  readonly uses: readonly UseFact[];
}

export const noFacts: FileFacts = { functions: [], tables: [], uses: [] };
