import type { Sealed } from '../domain/sealed/sealed.ts'

/** Seals secrets for rest and travel. */
export interface SecretBox {
  seal<T>(secret: T): Sealed<T>
  /** @throws `sealed.cannot_open` with another key, or when the envelope was changed. */
  open<T>(sealed: Sealed<T>): T
  /** From a cryptographic source: passwords and tokens. */
  randomBytes(count: number): Uint8Array
}
