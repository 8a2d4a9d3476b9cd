import type { KeyPairType } from '../../domain/key-pair/key-pair.ts'
import type { SecretBox } from '../../ports/secrets.ts'
import { certificateFingerprint } from '../../system/x509.ts'
import { ed25519KeyPair, readSshPublicKey, type SshKeyFault } from '../../system/ssh-keys.ts'
import { keyPairErrors } from '../../domain/key-pair/errors.ts'

export interface KeyMaterial {
  readonly publicKey: string
  readonly fingerprint: string
  /** Null for a key that was made elsewhere. */
  readonly privateKey: string | null
}

/** @throws `key_pair.invalid` */
export function takeKey(type: KeyPairType, publicKey: string): KeyMaterial {
  return type === 'ssh' ? takeSshKey(publicKey) : takeCertificate(publicKey)
}

export function makeSshKey(secrets: SecretBox): KeyMaterial {
  const { line, fingerprint, privateKey } = ed25519KeyPair(secrets.randomBytes(32), 'Generated-by-novakit')
  return { publicKey: line, fingerprint, privateKey }
}

const words: Readonly<Record<SshKeyFault, string>> = {
  not_one_line: 'publicKey must be one line.',
  unknown_type: 'publicKey must begin with a type: ssh-ed25519, ssh-rsa, ecdsa-sha2-nistp256, -nistp384 or -nistp521.',
  not_base64: 'publicKey must have the key in base64 after its type.',
  type_differs: 'publicKey names one type and holds a key of another.',
  malformed: 'publicKey does not hold a whole key of its type.',
}

function takeSshKey(text: string): KeyMaterial {
  const key = readSshPublicKey(text)
  if (typeof key === 'string') throw keyPairErrors.invalid({ what: words[key] })
  return { publicKey: key.line, fingerprint: key.fingerprint, privateKey: null }
}

function takeCertificate(pem: string): KeyMaterial {
  const fingerprint = certificateFingerprint(pem)
  if (fingerprint === null) throw keyPairErrors.invalid({ what: 'publicKey must be one certificate in PEM.' })
  return { publicKey: pem.trim(), fingerprint, privateKey: null }
}
