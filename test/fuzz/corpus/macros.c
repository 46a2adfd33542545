#define FAIL_IF(c) do { if (c) goto fail; } while (0)
#define LEAVE(v) return v
#define TRY(e) ({ int __e = (e); if (__e) return __e; __e; })

static int f(struct x *x)
{
	FAIL_IF(!x);
	TRY(start(x));
	scoped_cond_guard(mutex_intr, return -EINTR, &x->lock) {
		FAIL_IF(x->dead);
		ASSERTCMP(x->n, ==, 0);
	}
	LEAVE(stop(x));
fail:
	panic("no %s" " left", x->name);
}

static void __noreturn die(void)
{
	for (;;)
		cpu_relax();
}

int g(int n)
{
	if (n)
		die();
	if (min_t(unsigned int, n, 3) > (typeof(n))2)
		asm goto("1: jmp %l0" : : : : yes);
	goto *table[n];
yes:
	return 1;
}
