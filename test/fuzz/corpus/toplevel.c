#include <linux/mm.h>
#ifdef CONFIG_A
#define LOCK(x) spin_lock(&(x)->lock)
#else
#define LOCK(x) do { } while (0)
#endif
#define MULTI(a, b...) \
	({ int __r = (a); /* odd */ \
	   __r; })

DEFINE_PER_CPU(struct page *, slot) __read_mostly;
static DEFINE_MUTEX(big);
enum kind { A, B = 3, C = (1 << B) };
typedef int (*fn_t)(struct x *, int);
static struct vm_operations_struct ops = {
	.fault = &handle,
	nopage: old,
	.sub = { [0 ... 3] = 1, .x.y = 2 },
};
SYSCALL_DEFINE3(open, const char __user *, name, int, flags, umode_t, mode)
{
	return do_open(name, flags, mode);
}
#if 0
broken {{{
#elif defined(CONFIG_B) && IS_ENABLED(CONFIG_C)
int two(void)
#else
static inline long two(a, b)
	int a; char *b;
#endif
{
	static const u8 table[] = { 1, 2, };
	return offsetof(struct x, y.z) + table[0];
}
module_init(two)
EXPORT_SYMBOL(two);
MODULE_LICENSE("GPL" "v2");
