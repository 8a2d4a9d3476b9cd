import type { NovakitError } from '../../domain/error.ts'
import type { ServerId } from '../../domain/ids.ts'
import { id } from '../../domain/ids.ts'
import { parse } from '../parse.ts'
import { reference } from '../fields.ts'
import { serverErrors } from '../../domain/server/errors.ts'

/** What a caller gave for a server. @throws `server.invalid` */
export function serverId(server: string): ServerId {
  return id<ServerId>(parse(reference, server, invalid))
}

export function invalid(what: string): NovakitError {
  return serverErrors.invalid({ what })
}
