import type { OutOf } from '../xdr/codec.ts'
import { optional, struct } from '../xdr/compounds.ts'
import { int32, text } from '../xdr/scalars.ts'
import { domain, network } from './objects.ts'

/** libvirt's own error, as it follows a header with status `error`. */
export const remoteError = struct({
  code: int32,
  domain: int32,
  message: optional(text),
  level: int32,
  dom: optional(domain),
  str1: optional(text),
  str2: optional(text),
  str3: optional(text),
  int1: int32,
  int2: int32,
  net: optional(network),
})

export type RemoteError = OutOf<typeof remoteError>
