static int __init f(struct x *a, const char __user *buf) __releases(a->lock)
{
	int i, err = 0;
	struct y *p __free(kfree) = kzalloc(sizeof(*p), GFP_KERNEL);

	guard(mutex)(&a->m);
	CLASS(fd, file)(i);
	switch (a->kind) {
	case 1 ... 3:
		do {
			if (!try_lock(a))
				continue;
			break;
		} while (a->next && !err);
		fallthrough;
	default:
		err = -EINVAL;
	case 7:
		return err;
	}
	list_for_each_entry(p, &a->list, link) {
		if (!likely(p))
			goto out;
		for (i = 0; i < 3; i++)
			g(p, ({ if (i) break; h(i); }));
	}
	scoped_guard(spinlock, &a->s)
		i = a ? : b;
	while (i--)
		if (i == 3)
			BUG();
		else
			;
out:
	asm volatile("nop" : : "r"(i) : "memory");
	return i && (a || !p) ? err : container_of(p, struct x, member)->n;
}
