import type { CellId } from '../../domain/ids.ts'
import type { ConductorDeps } from '../deps.ts'
import type { Listening, Transport } from '../../ports/transport.ts'
import { conductorAddress, conductorContract } from '../../rpc/conductor.ts'
import { serve } from '../../rpc/index.ts'
import { takeGuestEvent } from './guest-event.ts'
import { takeHeartbeat } from './heartbeat.ts'
import { takeHello } from './hello.ts'
import { takeReportOf } from './report.ts'

/** One cell's ear: what its agents say. */
export interface Intake {
  readonly deps: ConductorDeps
  readonly cell: CellId
  /** Hosts that say hello become part of the cloud without being discovered by an operator. */
  readonly mapHosts: boolean
}

export function listenToAgents(intake: Intake, transport: Transport): Promise<Listening> {
  const { clock, log } = intake.deps
  return serve(
    conductorContract,
    transport,
    conductorAddress(intake.cell),
    {
      hello: (hello) => takeHello(intake, hello),
      heartbeat: (heartbeat) => takeHeartbeat(intake, heartbeat),
      report: (report) => takeReportOf(intake, report),
      guestEvent: ({ host, event }) => takeGuestEvent(intake, host, event),
    },
    { clock, log },
  )
}
