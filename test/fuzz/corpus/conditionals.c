int f(int a)
{
#ifdef CONFIG_SMP
	if (a) {
#else
	if (!a) {
#endif
		g();
#if defined(A) || (B > 3)
		h();
# elif !defined C
		i();
#else
		return 0;
#endif
	}
	x = y +
#ifdef Z
	    1;
#else
	    2;
#endif
	return x;
}
