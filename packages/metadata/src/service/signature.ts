import { createHmac, timingSafeEqual } from 'node:crypto'
import { metadataServiceErrors } from './errors.ts'

/** As many bytes as the digest has: a shorter secret is easier to guess than the digest. */
const LEAST_SECRET = 32

/** @throws `metadata_service.weak_secret` for one that is missing or short: with an empty one anybody could sign */
export function checkedSecret(secret: string): string {
  if (typeof secret !== 'string' || Buffer.byteLength(secret) < LEAST_SECRET) {
    throw metadataServiceErrors.weak_secret({ least: LEAST_SECRET })
  }
  return secret
}

/** Several are for the time in which one takes another's place. @throws `metadata_service.weak_secret` */
export function checkedSecrets(given: string | readonly string[]): readonly string[] {
  const secrets = typeof given === 'string' ? [given] : given
  return (secrets?.length ? secrets : ['']).map(checkedSecret)
}

/** HMAC-SHA256 in hexadecimal digits, as Neutron's metadata agent signs the id of a server. */
export function signatureOf(secret: string, id: string): string {
  return createHmac('sha256', secret).update(id, 'utf8').digest('hex')
}

/** Whether one of the secrets has signed the id. How long it takes says nothing of the right signature. */
export function isSigned(secrets: readonly string[], id: string, signature: string): boolean {
  if (!/^[0-9a-f]{64}$/.test(signature)) return false
  const given = Buffer.from(signature)
  return secrets.map((secret) => timingSafeEqual(Buffer.from(signatureOf(secret, id)), given)).includes(true)
}
