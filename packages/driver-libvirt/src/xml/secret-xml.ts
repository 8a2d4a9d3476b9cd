import { xmlDocument } from './base/document.ts'
import { attribute, child, leaf, record, variants, type ValueOf } from './base/fields.ts'
import { string, yesNo } from './base/scalars.ts'

const named = record({ name: leaf('name', string) })

const fields = {
  /** Kept in memory alone. */
  ephemeral: attribute('ephemeral', yesNo),
  /** Never told to a caller again. */
  private: attribute('private', yesNo),
  uuid: leaf('uuid', string).maybe,
  description: leaf('description', string).maybe,
  usage: child(
    'usage',
    variants('type', {
      volume: record({ volume: leaf('volume', string) }),
      ceph: named,
      iscsi: record({ target: leaf('target', string) }),
      tls: named,
      vtpm: named,
    }),
  ).maybe,
}

/** What a secret is for; its value goes by a call of its own. */
export type SecretDescription = ValueOf<typeof fields>

export const secretXml = xmlDocument<SecretDescription>('secret', record(fields))
