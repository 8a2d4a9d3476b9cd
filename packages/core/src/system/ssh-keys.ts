import { createHash, createPrivateKey, createPublicKey } from 'node:crypto'
import { joinFields, splitFields, uint32 } from './ssh-wire.ts'

/** A key as `authorized_keys` holds it, checked. */
export interface SshPublicKey {
  /** One line: type, base64, and the comment if there is one. */
  readonly line: string
  /** MD5 of the key in colon-separated hex, as `ssh-keygen -l -E md5` shows it. */
  readonly fingerprint: string
}

/** What is said of a line that is no key. */
export type SshKeyFault = 'not_one_line' | 'unknown_type' | 'not_base64' | 'type_differs' | 'malformed'

type FieldCheck = (field: Buffer) => boolean

const ofLength =
  (length: number): FieldCheck =>
  (field) =>
    field.length === length
const reads =
  (text: string): FieldCheck =>
  (field) =>
    field.toString('latin1') === text
/** A point of a curve, uncompressed (SEC 1, section 2.3.3). */
const pointOf =
  (bytes: number): FieldCheck =>
  (field) =>
    field.length === 2 * bytes + 1 && field[0] === 4
/** A positive `mpint` in its shortest form (RFC 4251, section 5). */
const positive: FieldCheck = ([first = 0x80, second = 0]) => first < 0x80 && (first > 0 || second >= 0x80)
/** 1024 to 16384 bits, as OpenSSH takes them. */
const modulus: FieldCheck = (field) => positive(field) && field.length >= 128 && field.length <= 2049
const application: FieldCheck = (field) => field.length > 0

/** Which fields follow the type (RFC 4253, RFC 5656, RFC 8709, OpenSSH PROTOCOL.u2f). DSA is gone from OpenSSH. */
const fieldsOf: ReadonlyMap<string, readonly FieldCheck[]> = new Map([
  ['ssh-ed25519', [ofLength(32)]],
  ['ssh-rsa', [positive, modulus]],
  ['ecdsa-sha2-nistp256', [reads('nistp256'), pointOf(32)]],
  ['ecdsa-sha2-nistp384', [reads('nistp384'), pointOf(48)]],
  ['ecdsa-sha2-nistp521', [reads('nistp521'), pointOf(66)]],
  ['sk-ssh-ed25519@openssh.com', [ofLength(32), application]],
  ['sk-ecdsa-sha2-nistp256@openssh.com', [reads('nistp256'), pointOf(32), application]],
])

/** Options, as `authorized_keys` may have them before the type, are not taken: they are not part of a key. */
export function readSshPublicKey(text: string): SshPublicKey | SshKeyFault {
  const line = text.trim()
  if (/(?!\t)[\p{Cc}\p{Zl}\p{Zp}]/u.test(line)) return 'not_one_line'
  const [type = '', base64 = '', ...comment] = line.split(/[ \t]+/)
  const checks = fieldsOf.get(type)
  if (checks === undefined) return 'unknown_type'
  const blob = Buffer.from(base64, 'base64')
  if (blob.length === 0 || blob.toString('base64') !== base64) return 'not_base64'
  const [inner, ...fields] = splitFields(blob) ?? []
  if (inner === undefined) return 'malformed'
  if (inner.toString('latin1') !== type) return 'type_differs'
  if (fields.length !== checks.length || !checks.every((check, at) => check(fields[at] ?? Buffer.alloc(0))))
    return 'malformed'
  return { line: [type, base64, ...comment].join(' '), fingerprint: fingerprintOf(blob) }
}

/** A new key; the private half is in OpenSSH's own format, without a passphrase. */
export interface SshKeyPair extends SshPublicKey {
  readonly privateKey: string
}

/** What stands before the 32 bytes of an Ed25519 private key in PKCS #8 (RFC 8410, section 7). */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex')

/** @param seed 32 bytes from a cryptographic source; they are the private key */
export function ed25519KeyPair(seed: Uint8Array, comment: string): SshKeyPair {
  const secret = createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: 'der', type: 'pkcs8' })
  const { x = '' } = createPublicKey(secret).export({ format: 'jwk' })
  const point = Buffer.from(x, 'base64url')
  const blob = joinFields('ssh-ed25519', point)
  return {
    line: `ssh-ed25519 ${blob.toString('base64')} ${comment}`,
    fingerprint: fingerprintOf(blob),
    privateKey: privateKeyFile(seed, point, blob, comment),
  }
}

/** OpenSSH PROTOCOL.key. Its check number shows a wrong passphrase, so without one any number serves. */
function privateKeyFile(seed: Uint8Array, point: Uint8Array, blob: Buffer, comment: string): string {
  const check = createHash('sha256').update(point).digest().subarray(0, 4)
  const secret = joinFields('ssh-ed25519', point, Buffer.concat([seed, point]), comment)
  const plain = Buffer.concat([check, check, secret])
  const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7].slice(0, (8 - (plain.length % 8)) % 8))
  const file = Buffer.concat([
    Buffer.from('openssh-key-v1\0', 'latin1'),
    joinFields('none', 'none', ''),
    uint32(1),
    joinFields(blob, Buffer.concat([plain, padding])),
  ])
  const body = file.toString('base64').replaceAll(/.{70}(?=.)/g, '$&\n')
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${body}\n-----END OPENSSH PRIVATE KEY-----\n`
}

function fingerprintOf(blob: Buffer): string {
  return createHash('md5')
    .update(blob)
    .digest('hex')
    .replaceAll(/..(?=.)/g, '$&:')
}
