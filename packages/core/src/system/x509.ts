import { X509Certificate } from 'node:crypto'

const ONE_CERTIFICATE = /^-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----$/

/** SHA-1 of a PEM certificate in colon-separated hex, as Nova shows it; null for what is not exactly one. */
export function certificateFingerprint(pem: string): string | null {
  if (!ONE_CERTIFICATE.test(pem.trim())) return null
  try {
    return new X509Certificate(pem).fingerprint.toLowerCase()
  } catch {
    // What cannot be read is no certificate; OpenSSL's reasons say nothing to a tenant.
    return null
  }
}
