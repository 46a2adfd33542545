export interface WeakViews { readonly isWeak: true }
