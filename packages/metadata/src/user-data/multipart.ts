import { createHash } from 'node:crypto'
import type { Part } from './part.ts'
import { userDataErrors } from './errors.ts'

/**
 * Several parts as one MIME message, the same bytes for the same parts.
 * @throws `user_data.invalid` for a header that would break out of its line
 */
export function multipart(parts: readonly Part[]): Uint8Array {
  if (parts.length === 0) throw userDataErrors.invalid({ what: 'there are no parts' })
  const bodies = parts.map((part, index) => `${headersOf(part, index)}\n${bodyOf(part)}`)
  const boundary = `=====${createHash('sha256').update(bodies.join('\0')).digest('hex')}==`
  const lines = [
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    'MIME-Version: 1.0',
    '',
    ...bodies.flatMap((body) => [`--${boundary}`, body]),
    `--${boundary}--`,
    '',
  ]
  return Buffer.from(lines.join('\n'), 'latin1')
}

function headersOf(part: Part, index: number): string {
  const { type, filename = `part-${String(index + 1).padStart(3, '0')}`, mergeType } = part
  if (!/^[a-z0-9.+-]+\/[a-z0-9.+-]+$/i.test(type)) throw invalid(index, 'type')
  if (!/^[\x20-\x7e]{1,255}$/.test(filename) || /["\\]/.test(filename)) throw invalid(index, 'file name')
  if (mergeType !== undefined && !/^[\x20-\x7e]+$/.test(mergeType)) throw invalid(index, 'merge type')
  return [
    `Content-Type: ${type}${isPlain(part) ? '; charset="us-ascii"' : '; charset="utf-8"'}`,
    'MIME-Version: 1.0',
    `Content-Transfer-Encoding: ${isPlain(part) ? '7bit' : 'base64'}`,
    `Content-Disposition: attachment; filename="${filename}"`,
    ...(mergeType === undefined ? [] : [`X-Merge-Type: ${mergeType}`]),
    '',
  ].join('\n')
}

function invalid(index: number, what: string): Error {
  return userDataErrors.invalid({ what: `the ${what} of part ${index + 1} has characters that it cannot have` })
}

/** Lines of printable ASCII that no mail program would touch; everything else travels as base64. */
function isPlain({ content }: Part): boolean {
  return typeof content === 'string' && /^[\t\n\x20-\x7e]*$/.test(content) && !/^(.{900}|From |--=====)/m.test(content)
}

function bodyOf(part: Part): string {
  if (isPlain(part)) return part.content as string
  const base64 = Buffer.from(part.content as string).toString('base64')
  return base64.replaceAll(/.{76}(?=.)/g, '$&\n')
}
