// A lock that is taken, and a return on whose way nothing drops it: what FL001 asks, for spatch.
@r exists@
expression E;
position p;
@@
(
  spin_lock@p(E);
|
  mutex_lock@p(E);
|
  lock_page@p(E);
|
  folio_lock@p(E);
)
  ... when != spin_unlock(E)
      when != mutex_unlock(E)
      when != unlock_page(E)
      when != folio_unlock(E)
* return ...;
