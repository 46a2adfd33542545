int f(struct s *p, int *a)
{
	int x = a[0] ? a[1] ? 2 : 3 : 4, y = (x, 5), *z = &(int){ 6 };

	x += y <<= 2 | ~a[*z++] & -p->q.r[3]++;
	p->fn(p, sizeof(struct s), (struct t){ .u = x, [2] = y }, "s" "t", 'c', L'\n');
	return !x || (y && !(x >= 3)) ? __builtin_types_compatible_p(typeof(x), int) : (u32)0x1fUL;
}
