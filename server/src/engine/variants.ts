/**
 * Which of several variants, under preprocessor conditions, a configuration has. What it does not say of a
 * `CONFIG_` symbol counts as on, as where the rewrite has to choose a branch.
 */

import { conditionTruth } from '../syntax/digest/conditions.ts';
import type { KernelConfig } from './kernelConfig.ts';

/** Whether what stands under a condition may be part of the kernel; false only where it certainly is not. */
export function isPart(condition: string, config: KernelConfig | undefined): boolean {
  if (condition === '') return true;
  return conditionTruth('if', condition, (name) => config?.get(name) ?? (name.startsWith('CONFIG_') ? true : undefined)) !== false;
}

/** The variants that may be part of the kernel; all, where none is. */
export function partsOf<T extends { readonly condition: string }>(variants: readonly T[], config: KernelConfig | undefined): readonly T[] {
  const parts = variants.filter(({ condition }) => isPart(condition, config));
  return parts.length > 0 ? parts : variants;
}
