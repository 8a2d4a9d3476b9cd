declare const brand: unique symbol

/** A nominal type: a plain value at run time, and its own kind to the compiler. */
export type Brand<Value, Name extends string> = Value & { readonly [brand]: Name }
