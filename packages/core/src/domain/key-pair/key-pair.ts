import type { UserId } from '../ids.ts'
import type { Instant } from '../unit/units.ts'

export type KeyPairType = 'ssh' | 'x509'

/** A public key that belongs to a user. */
export interface KeyPair {
  readonly name: string
  readonly user: UserId
  readonly type: KeyPairType
  /** One OpenSSH line, or a PEM certificate. */
  readonly publicKey: string
  /** MD5 of the key blob (ssh) or SHA-1 of the certificate (x509), in colon-separated hex, as Nova shows it. */
  readonly fingerprint: string
  readonly createdAt: Instant
}
