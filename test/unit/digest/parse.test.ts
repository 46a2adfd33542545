import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cFiles } from '../../../scripts/parseReport/files.ts';
import type { Digest } from '../../../server/src/syntax/digest/digest.ts';
import { digest } from '../../../server/src/syntax/digest/digest.ts';
import { createNativeParser } from '../../../server/src/syntax/nativeParser.ts';
import type { SyntaxNode, SyntaxParser } from '../../../server/src/syntax/parser.ts';

const KERNEL_C = `
static DEFINE_PER_CPU(struct page *, cache) = NULL;
static int __init start(void __user *buf) __releases(lock)
{
	struct page *page __free(put_page) = container_of(buf, struct page, list);
	int n = min_t(unsigned long, 1, va_arg(ap, struct page *));

	list_for_each_entry(page, &head, lru)
		touch(page);
	scoped_guard(mutex, &m) {
		guard(spinlock)(&s);
		switch (n) {
		case 1 ... 5:
			D1(printk("x"); dump(page));
		}
	}
	IRDA_ASSERT(n, return -EINVAL;);
#ifdef CONFIG_NUMA
	if (n) {
#else
	{
#endif
	}
	BUG_ON(n)
	return offsetof(struct page, a.b);
}
module_init(start)
#define EMPTY 
SYSCALL_DEFINE2(close, unsigned int, fd, struct foo __user *, p)
{
	return fd;
}
`;

/** The parser, which these tests need. */
function parser(): SyntaxParser {
  const result = createNativeParser();
  if (result.kind !== 'parser') throw new Error(result.reason);
  return result.parser;
}

/** Types, spans and structure of a node, as one string. */
function shape(node: SyntaxNode): string {
  const parts: string[] = [];
  const pending: (SyntaxNode | ')')[] = [node];
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (next === ')') {
      parts.push(')');
      continue;
    }
    parts.push(`(${next.type} ${next.startIndex} ${next.endIndex}`);
    pending.push(')');
    for (let i = next.childCount - 1; i >= 0; i--) pending.push(next.child(i)!);
  }
  return parts.join('');
}

/** Sound function definitions by their start. */
function functions(root: SyntaxNode): Map<number, SyntaxNode> {
  const found = new Map<number, SyntaxNode>();
  const pending: SyntaxNode[] = [root];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.type === 'function_definition') {
      if (!node.hasError) found.set(node.startIndex, node);
      continue;
    }
    for (let i = 0; i < node.childCount; i++) pending.push(node.child(i)!);
  }
  return found;
}

/** Is anything in [start, end) rewritten, or so near before it that the parser saw another context? */
function isTouched(result: Digest, start: number, end: number): boolean {
  return result.rewrites.some((rewrite) => rewrite.start < end && rewrite.end > start);
}

describe('the rewritten text', () => {
  it('parses without an error', () => {
    expect(parser().parse(KERNEL_C).root.hasError).toBe(true);
    expect(parser().parse(digest(KERNEL_C).text).root.hasError).toBe(false);
  });

  it('gives the functions their names and places', () => {
    const found = functions(parser().parse(digest(KERNEL_C).text).root);
    const heads = [...found.values()].map((node) => KERNEL_C.slice(node.startIndex, node.startIndex + 15)).sort();
    expect(heads).toEqual(['SYSCALL_DEFINE2', 'static int __in']);
  });
});

const trees = (process.env['FAULTLINE_TREES'] ?? '').split(':').filter((tree) => tree !== '');

describe.runIf(trees.length > 0)('functions that needed no rewrite in FAULTLINE_TREES', () => {
  it.each(trees)('have identical trees in %s', (tree) => {
    const port = parser();
    const different: string[] = [];
    let compared = 0;
    for (const path of cFiles(tree)) {
      const text = readFileSync(path, 'utf8');
      const result = digest(text);
      const plain = functions(port.parse(text).root);
      for (const [start, node] of functions(port.parse(result.text).root)) {
        const original = plain.get(start);
        if (!original || isTouched(result, start, node.endIndex)) continue;
        compared++;
        if (shape(original) !== shape(node)) different.push(`${path}: ${text.slice(start, start + 60)}`);
      }
    }
    expect(compared).toBeGreaterThan(0);
    expect(different).toEqual([]);
  }, 600_000);
});
