/**
 * Prints a program as text, for `faultline protocol` and for golden tests: every location with the
 * transitions that leave it, each with the words of its source and the steps that it consists of.
 *
 *     3:
 *       -> 4  sequence = mapping->truncate_count  (mm/memory.c:2170)
 *             sequence := truncate_count
 */

import { assertNever } from '../base/assert.ts';
import { cells, locks } from './machine.ts';
import type { CellRef, FenceOrder, LockRef, Origin, Program, Step, Transition, UpdateOrder, Value } from './types.ts';

/** Names of cells and locks by id; the page-cache machine's by default. */
export interface ProgramNames {
  readonly cells: readonly string[];
  readonly locks: readonly string[];
}

export const machineNames: ProgramNames = { cells: namesById(cells), locks: namesById(locks) };

/** ASCII lines, ending in a newline. */
export function printProgram(program: Program, names: ProgramNames = machineNames): string {
  const locals = program.locals.map((local) => `${local.name} in ${local.min}..${local.max}`);
  const head = [
    `program ${program.name}`,
    `  locals: ${locals.length === 0 ? 'none' : locals.join(', ')}`,
    `  starts at ${program.entry}, ends at ${program.exits.join(', ')}`,
  ];
  const printer = new Printer(program, names);
  const locations = Array.from({ length: program.locationCount }, (_, location) => printer.location(location));
  return `${[...head, ...locations.flat()].join('\n')}\n`;
}

/** One step as a line of pseudo-code, without those inside an `if`. */
export function printStep(step: Step, program: Program, names: ProgramNames = machineNames): string {
  return new Printer(program, names).step(step, '').join(' ');
}

const fenceNames: Readonly<Record<FenceOrder, string>> = {
  read: 'read barrier', write: 'write barrier', full: 'full barrier',
  readerStart: 'an RCU reader begins', readerEnd: 'an RCU reader ends', graceStart: 'a grace period begins', graceEnd: 'a grace period ends',
};

const updateNames: Readonly<Record<UpdateOrder, string>> = { relaxed: '', acquire: ' (acquire)', release: ' (release)', full: ' (full barrier)' };

class Printer {
  constructor(private readonly program: Program, private readonly names: ProgramNames) {}

  location(location: number): readonly string[] {
    const leaving = this.program.transitions.filter((transition) => transition.from === location);
    return leaving.length === 0 ? [] : [`${location}:`, ...leaving.flatMap((transition) => this.transition(transition))];
  }

  private transition(transition: Transition): readonly string[] {
    const arrow = `  -> ${transition.to}  `;
    const indent = ' '.repeat(arrow.length);
    return [`${arrow}${describe(transition.origin)}`, ...transition.steps.flatMap((step) => this.step(step, indent))];
  }

  step(step: Step, indent: string): readonly string[] {
    switch (step.kind) {
      case 'assign':
        return [`${indent}${this.local(step.to)} := ${this.value(step.value)}`];
      case 'load':
        return [`${indent}${this.local(step.to)} := ${this.cell(step.from)}${step.order === 'acquire' ? ' (acquire)' : ''}`];
      case 'store':
        return [`${indent}${this.cell(step.to)} = ${this.value(step.value)}${step.order === 'release' ? ' (release)' : ''}`];
      case 'update': {
        const result = step.result === undefined ? '' : `${this.local(step.result)} := `;
        return [`${indent}${result}atomically ${this.cell(step.cell)} = ${this.value(step.value)}${updateNames[step.order]}`];
      }
      case 'assume':
        return [`${indent}if ${this.value(step.condition)}`];
      case 'choose':
        return [`${indent}${this.local(step.to)} := any of ${step.values.join(', ')}`];
      case 'acquire':
        return [`${indent}lock ${this.lock(step.lock)}${step.mode === 'shared' ? ' shared' : ''}`];
      case 'tryAcquire':
        return [`${indent}${this.local(step.to)} := try to lock ${this.lock(step.lock)}${step.mode === 'shared' ? ' shared' : ''}`];
      case 'release':
        return [`${indent}unlock ${this.lock(step.lock)}`];
      case 'fence':
        return [`${indent}${fenceNames[step.order]}`];
      case 'check':
        return [`${indent}check ${step.property}: ${this.value(step.condition)}`];
      case 'if':
        return this.branch(step, indent);
      default:
        return assertNever(step);
    }
  }

  private branch(step: Extract<Step, { kind: 'if' }>, indent: string): readonly string[] {
    const inner = `${indent}  `;
    const otherwise = step.otherwise.length === 0 ? [] : [`${indent}else`, ...step.otherwise.flatMap((each) => this.step(each, inner))];
    return [`${indent}when ${this.value(step.condition)}`, ...step.then.flatMap((each) => this.step(each, inner)), ...otherwise];
  }

  private value(value: Value): string {
    switch (value.kind) {
      case 'const':
        return String(value.value);
      case 'local':
        return this.local(value.local);
      case 'unary':
        return `${value.op}${this.value(value.operand)}`;
      case 'binary':
        return `(${this.value(value.left)} ${value.op} ${this.value(value.right)})`;
      case 'cell':
        return this.cell(value.ref);
      case 'held': {
        const by = typeof value.by === 'number' ? `CPU${value.by}` : value.by;
        return `${this.lock(value.lock)} held by ${by}`;
      }
      case 'done':
        return `CPU${value.thread} done`;
      case 'self':
        return 'self';
      default:
        return assertNever(value);
    }
  }

  private local(id: number): string {
    return this.program.locals[id]?.name ?? `local ${id}`;
  }

  private cell(ref: CellRef): string {
    return this.element(this.names.cells[ref.cell] ?? `cell ${ref.cell}`, ref.index);
  }

  private lock(ref: LockRef): string {
    return this.element(this.names.locks[ref.lock] ?? `lock ${ref.lock}`, ref.index);
  }

  private element(name: string, index: Value | undefined): string {
    return index === undefined ? name : `${name}[${this.value(index)}]`;
  }
}

function describe(origin: Origin): string {
  const { place } = origin;
  return place ? `${origin.text}  (${place.file}:${place.line})` : origin.text;
}

function namesById(table: Readonly<Record<string, number>>): readonly string[] {
  const names: string[] = [];
  for (const [name, id] of Object.entries(table)) names[id] = name;
  return names;
}
