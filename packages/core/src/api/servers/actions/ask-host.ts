import type { Answers, Question } from '../../../rpc/questions.ts'
import type { ApiDeps } from '../../deps.ts'
import type { Diagnostics, GuestRef } from '../../../ports/hypervisor.ts'
import type { HostName, NodeName, ServerId } from '../../../domain/ids.ts'
import type { Rule } from '../../policy/rules.ts'
import type { RequestContext } from '../../../domain/context/request-context.ts'
import { addressOf, shortId } from '../find-server.ts'
import { id } from '../../../domain/ids.ts'
import { instanceRow } from '../../../storage/cell/instances.ts'
import { serverErrors } from '../../../domain/server/errors.ts'

/** Of a console log: Nova's `MAX_CONSOLE_BYTES` (nova/virt/libvirt/driver.py). */
const MOST_BYTES = 102_400

/** The last lines of the guest's serial console; all that is kept of it where `lines` is not given. */
export async function consoleOutput(
  deps: ApiDeps,
  context: RequestContext,
  server: ServerId,
  lines: number | undefined,
): Promise<string> {
  const { base64 } = await ask(deps, context, server, 'servers:consoleOutput', 'consoleOutput')
  const text = Buffer.from(base64, 'base64').toString('utf8')
  if (lines === undefined) return text
  return lines === 0 ? '' : text.split('\n').slice(-lines).join('\n')
}

export function diagnostics(deps: ApiDeps, context: RequestContext, server: ServerId): Promise<Diagnostics> {
  return ask(deps, context, server, 'servers:diagnostics', 'diagnostics')
}

/** @throws `server.not_found`, `server.no_host`, `host.unreachable`, `host.unsupported` */
async function ask<About extends keyof Answers>(
  deps: ApiDeps,
  context: RequestContext,
  server: ServerId,
  rule: Rule,
  about: About,
): Promise<Answers[About]> {
  const { cell, released } = await addressOf(deps, context, server, rule)
  const row = cell === null || released ? null : await deps.cells.get(cell).read((tx) => instanceRow(tx, server))
  if (row === null || row.deleted_at !== null) {
    throw released ? serverErrors.not_found({ server: shortId(server) }) : serverErrors.no_host({ server })
  }
  if (row.host === null || row.node === null) throw serverErrors.no_host({ server })
  const guest: GuestRef = { server, node: id<NodeName>(row.node), epoch: row.epoch }
  const question: Question = { about, guest, maxBytes: MOST_BYTES }
  return (await deps.askHost(id<HostName>(row.host), question, context.requestId)) as Answers[About]
}
