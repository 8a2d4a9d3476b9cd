import type { Clock } from '../ports/clock.ts'
import type { Command } from '../domain/operation/command.ts'
import type { Ids } from '../ports/ids.ts'
import type { Log } from '../ports/log.ts'
import type { Transport } from '../ports/transport.ts'
import { client } from '../rpc/index.ts'
import { hostAddress, hostContract } from '../rpc/host.ts'
import { problemOf } from '../domain/error.ts'

export interface SendDeps {
  readonly transport: Transport
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
}

/** Sends a command that is stored. If it is lost, the step that waits for it sends it again. */
export function sendCommand({ transport, clock, ids, log }: SendDeps, command: Command): void {
  const host = client(hostContract, transport, hostAddress(command.host), { clock, ids })
  host.command(command, { traceId: command.operation }).catch((error: unknown) => {
    log.info('a command did not reach its host', { host: command.host, order: command.order, ...problemOf(error) })
  })
}
