/** From settings (and a command's own options) to the engine's options. */

import type { Settings } from './settings.ts';
import type { CheckData, SimulateData } from './workerProtocol.ts';

const bytesPerMegabyte = 2 ** 20;

export function checkData(settings: Settings, simulate: boolean): CheckData {
  return {
    level: settings.level,
    simulate,
    kernel: kernelOf(settings),
    memory: settings.memoryModel,
    maxStates: settings.maxStates,
    maxBytes: settings.maxMemory * bytesPerMegabyte,
    timeoutMs: settings.timeout * 1000,
  };
}

export function simulateData(settings: Settings, overrides: Partial<SimulateData>): SimulateData {
  return {
    against: [],
    memory: settings.memoryModel,
    access: [],
    mapping: [],
    era: 'auto',
    kernel: kernelOf(settings),
    without: undefined,
    maxStates: settings.maxStates,
    maxBytes: settings.maxMemory * bytesPerMegabyte,
    timeoutMs: settings.timeout * 1000,
    ...overrides,
  };
}

function kernelOf(settings: Settings): string | undefined {
  return settings.kernelRoot === '' ? undefined : settings.kernelRoot;
}
