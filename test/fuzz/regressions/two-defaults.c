int f(int a)
{
	switch (a) {
	default:
		g();
	case 1:
	default:
		return 1;
	}
}
