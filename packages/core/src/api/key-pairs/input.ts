import { z } from 'zod'
import type { KeyPairType } from '../../domain/key-pair/key-pair.ts'
import { name, page, reference } from '../fields.ts'

export interface NewKeyPair {
  /** Unique among the user's. Letters, digits, `@`, `.`, `_`, `-` and spaces. */
  readonly name: string
  /** Default `ssh`. */
  readonly type?: KeyPairType
  /** One OpenSSH line (Ed25519, RSA, ECDSA, or one of these on a security key), or a PEM certificate. Without it an Ed25519 key is made. */
  readonly publicKey?: string
  /** Whose key it is to be; by default the caller's own. */
  readonly user?: string
}

/** Whose key pairs; by default the caller's own. */
export interface OfUser {
  readonly user?: string
}

export interface KeyPairQuery extends OfUser {
  /** Default and at most 1000. */
  readonly limit?: number
  /** Name of the key pair after which to go on. */
  readonly marker?: string
}

const keyName = name.regex(/^[A-Za-z0-9@._ -]*$/, 'must have letters, digits, "@", ".", "_", "-" and spaces only')

/** An RSA key of 16384 bits takes less than 3000 characters, a certificate rarely more. */
const publicKey = z.string().min(1, 'must not be empty').max(16_384, 'must have at most 16384 characters')

export const newKeyPair = z
  .strictObject({
    name: keyName,
    type: z.enum(['ssh', 'x509']).default('ssh'),
    publicKey: publicKey.optional(),
    user: reference.optional(),
  })
  .refine((keyPair) => keyPair.type === 'ssh' || keyPair.publicKey !== undefined, {
    path: ['publicKey'],
    error: 'is missing: certificates are not made here, only taken',
  })

export const ofUser = z.strictObject({ user: reference.optional() })

export const keyPairQuery = ofUser.extend(page)
