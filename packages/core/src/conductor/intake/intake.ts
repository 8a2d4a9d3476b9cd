import type { Intake } from './deps.ts'
import type { Listening, Transport } from '../../ports/transport.ts'
import { conductorAddress, conductorContract } from '../../rpc/conductor.ts'
import { serve } from '../../rpc/index.ts'
import { takeCensus } from './census.ts'
import { takeGuestEvent } from './guest-event.ts'
import { takeHeartbeat } from './heartbeat.ts'
import { takeHello } from './hello.ts'
import { takeReportOf } from './report.ts'

export function listenToAgents(intake: Intake, transport: Transport): Promise<Listening> {
  const { clock, log } = intake.deps
  return serve(
    conductorContract,
    transport,
    conductorAddress(intake.cell),
    {
      hello: (hello) => takeHello(intake, hello),
      heartbeat: (heartbeat) => takeHeartbeat(intake, heartbeat),
      census: (census) => takeCensus(intake, census),
      report: (report) => takeReportOf(intake, report),
      guestEvent: ({ host, event }) => takeGuestEvent(intake, host, event),
    },
    { clock, log },
  )
}
