import type { ApiDeps } from '../../deps.ts'

/** What the guest's administrator logs in with from now on; it is told this once. */
export interface AdminPassword {
  readonly adminPassword: string
}

const BYTES = 12

/** For whoever gives none (nova/utils.py `generate_password`; its letters are not promised to anybody). */
export function newPassword({ secrets }: Pick<ApiDeps, 'secrets'>): string {
  return Buffer.from(secrets.randomBytes(BYTES)).toString('base64url')
}
