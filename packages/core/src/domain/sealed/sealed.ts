import type { Brand } from '../brand.ts'

/**
 * A secret in its envelope: a string that rests in rows, journals and messages. Only the holder of the key can open it
 * (`ports/secrets.ts`); it shows nothing of `T` when printed.
 */
export type Sealed<T> = Brand<string, 'Sealed'> & { readonly sealedType?: T }
