/** Builds elements from data. Text only ever becomes text nodes, so nothing in a source file can become markup. */

type Child = Node | string | undefined;

export interface Attributes {
  readonly class?: string;
  readonly title?: string;
  readonly id?: string;
  readonly type?: string;
  readonly disabled?: boolean;
  readonly checked?: boolean;
  readonly tabIndex?: number;
  readonly role?: string;
  readonly scope?: string;
  readonly colSpan?: number;
  readonly aria?: Readonly<Record<string, string>>;
  readonly onClick?: (event: MouseEvent) => void;
  readonly onChange?: (event: Event) => void;
}

export function element<Name extends keyof HTMLElementTagNameMap>(name: Name, attributes: Attributes, ...children: readonly Child[]): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (attributes.class !== undefined) made.className = attributes.class;
  if (attributes.title !== undefined) made.title = attributes.title;
  if (attributes.id !== undefined) made.id = attributes.id;
  if (attributes.tabIndex !== undefined) made.tabIndex = attributes.tabIndex;
  for (const key of ['role', 'type', 'scope'] as const) {
    const value = attributes[key];
    if (value !== undefined) made.setAttribute(key, value);
  }
  if (attributes.colSpan !== undefined) made.setAttribute('colspan', String(attributes.colSpan));
  if (attributes.disabled === true) made.setAttribute('disabled', '');
  if (attributes.checked === true) made.setAttribute('checked', '');
  for (const [key, value] of Object.entries(attributes.aria ?? {})) made.setAttribute(`aria-${key}`, value);
  if (attributes.onClick) made.addEventListener('click', attributes.onClick as EventListener);
  if (attributes.onChange) made.addEventListener('change', attributes.onChange);
  for (const child of children) if (child !== undefined) made.append(child);
  return made;
}

/** Rows of which one can be focused: arrow keys move, the others are skipped by Tab. */
export interface RowGroup {
  readonly select: (index: number, focus: 'focus' | 'leave') => void;
}

export function rowGroup(rows: readonly HTMLElement[], onSelect: (index: number) => void, onEnter: (index: number) => void): RowGroup {
  const select = (index: number, focus: 'focus' | 'leave'): void => {
    const row = rows[index];
    if (!row) return;
    for (const other of rows) {
      other.tabIndex = other === row ? 0 : -1;
      other.setAttribute('aria-selected', String(other === row));
    }
    if (focus === 'focus') row.focus();
    row.scrollIntoView({ block: 'nearest' });
    onSelect(index);
  };
  rows.forEach((row, index) => {
    row.addEventListener('click', () => select(index, 'focus'));
    row.addEventListener('keydown', (event) => {
      const target = targetOf(event.key, index, rows.length);
      if (target !== undefined) select(target, 'focus');
      else if (event.key === 'Enter' || event.key === ' ') onEnter(index);
      else return;
      event.preventDefault();
    });
  });
  return { select };
}

function targetOf(key: string, index: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return Math.min(count - 1, index + 1);
    case 'ArrowUp':
      return Math.max(0, index - 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
