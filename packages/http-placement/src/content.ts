import { badRequest } from './fault.ts'

/** A body says what it is. @throws Fault 400 */
export function checkContent({ headers }: Request): void {
  const length = headers.get('content-length')
  if (length === null || length === '') return
  if (!/^\s*[+-]?\d+\s*$/.test(length)) throw badRequest('content-length header must be an integer')
  if (Number(length) > 0 && (headers.get('content-type') ?? '') === '') {
    throw badRequest('content-type header required when content-length > 0')
  }
}

/** Whether an Accept header allows a type. No header allows everything; a weight of zero forbids. */
export function accepts(header: string | null, type: string): boolean {
  if (header === null || header.trim() === '') return true
  const [group] = type.split('/')
  return header.split(',').some((entry) => {
    const [range = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase())
    const forbidden = parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))
    return !forbidden && (range === type || range === '*/*' || range === `${group}/*`)
  })
}
