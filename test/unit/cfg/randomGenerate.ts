/** Random bodies for `randomC.ts`: every construct in every other, and gotos from anywhere. */

import type { Cond, Item } from './randomC.ts';

interface Place {
  readonly depth: number;
  readonly inLoop: boolean;
  readonly inSwitch: boolean;
  /** Gotos may lead here: no guard is open in this block or in one around it, and it is no expression. */
  readonly mayHaveLabels: boolean;
}

export class Generator {
  private ids = 0;
  private readonly labels = ['l0', 'l1', 'l2', 'l3'];
  private readonly free = new Set(this.labels);

  constructor(private readonly random: () => number) {}

  body(): Item[] {
    const items = this.items({ depth: 0, inLoop: false, inSwitch: false, mayHaveLabels: true }, 6);
    // Every label is somewhere, for every goto needs one.
    const rest = [...this.free].map((name): Item => ({ kind: 'label', name }));
    return [...items, ...rest.flatMap((label) => [label, this.call()])];
  }

  private below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  private call(): Item {
    return { kind: 'call', id: this.ids++ };
  }

  private items(place: Place, most: number): Item[] {
    const hasGuards = place.depth > 0 && this.random() < 0.25;
    const inner = hasGuards ? { ...place, mayHaveLabels: false } : place;
    const items: Item[] = [];
    for (let left = 1 + this.below(most); left > 0; left--) {
      if (hasGuards && this.random() < 0.5) items.push({ kind: this.random() < 0.5 ? 'guard' : 'free', id: this.ids++ });
      items.push(this.item(inner));
    }
    return items;
  }

  private block(place: Place): Item {
    return this.random() < 0.3 ? this.simple({ ...place, mayHaveLabels: false }) : { kind: 'block', body: this.items(place, 4) };
  }

  private item(place: Place): Item {
    const deeper = { ...place, depth: place.depth + 1 };
    if (place.depth > 4 || this.random() < 0.45) return this.simple(place);
    const loop = { ...deeper, inLoop: true, inSwitch: false };
    switch (this.below(8)) {
      case 0:
      case 1:
        return { kind: 'if', test: this.cond(deeper), then: { kind: 'block', body: this.items(deeper, 3) }, other: this.random() < 0.5 ? this.block(deeper) : undefined };
      case 2:
        return { kind: 'while', test: this.cond(place), body: this.block(loop) };
      case 3:
        return { kind: 'doWhile', test: this.cond(place), body: { kind: 'block', body: this.items(loop, 4) } };
      case 4:
        return { kind: 'for', test: this.cond(place), body: this.block(loop) };
      case 5:
        return { kind: 'each', id: this.ids++, body: this.block(loop) };
      case 6:
        return { kind: 'scoped', id: this.ids++, body: this.block({ ...loop, mayHaveLabels: false }) };
      default:
        return this.switch({ ...deeper, inSwitch: true });
    }
  }

  private switch(place: Place): Item {
    const body: Item[] = [];
    let value = 0;
    const defaultAt = this.below(6);
    for (let at = 0; at < 4; at++) {
      if (at === defaultAt) body.push({ kind: 'default' });
      else {
        const high = value + this.below(3);
        body.push({ kind: 'case', low: value, high });
        value = high + 1;
      }
      if (this.random() < 0.8) body.push(this.item(place));
      if (this.random() < 0.5) body.push({ kind: 'break' });
    }
    return { kind: 'switch', id: this.ids++, body: [...body, this.call()] };
  }

  private simple(place: Place): Item {
    const pick = this.below(12);
    if (pick === 0 && (place.inLoop || place.inSwitch)) return { kind: 'break' };
    if (pick === 1 && place.inLoop) return { kind: 'continue' };
    if (pick === 2) return { kind: 'goto', name: this.labels[this.below(this.labels.length)]! };
    if (pick === 3 && place.mayHaveLabels) return this.label();
    if (pick === 4 && this.random() < 0.5) return { kind: 'return', value: this.random() < 0.5 ? this.cond(place) : undefined };
    if (pick === 5) return { kind: 'set', value: this.cond(place) };
    if (pick === 6) return { kind: 'leaveIf', test: { kind: 'test', id: this.ids++ } };
    if (pick === 7 && this.random() < 0.2) return { kind: 'bug', id: 0 };
    return this.call();
  }

  private label(): Item {
    const [name] = this.free;
    if (name === undefined || this.random() < 0.3) return this.call();
    this.free.delete(name);
    return { kind: 'label', name };
  }

  private cond(place: Place, depth = 0): Cond {
    const test: Cond = { kind: 'test', id: this.ids++ };
    if (depth > 2 || this.random() < 0.4) return test;
    const next = (): Cond => this.cond(place, depth + 1);
    switch (this.below(6)) {
      case 0:
        return { kind: 'not', of: next() };
      case 1:
        return { kind: 'and', left: next(), right: next() };
      case 2:
        return { kind: 'or', left: next(), right: next() };
      case 3:
        return { kind: 'choose', test: next(), then: next(), other: next() };
      case 4:
        return { kind: 'choose', test: next(), then: undefined, other: next() };
      default:
        return place.depth > 3 ? test : { kind: 'block', body: this.items({ ...place, depth: place.depth + 2, mayHaveLabels: false }, 2), value: next() };
    }
  }
}
