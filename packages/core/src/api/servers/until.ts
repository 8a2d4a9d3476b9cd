import type { ApiDeps } from '../deps.ts'
import type { CloudEvent } from '../../domain/event/event.ts'
import type { RequestContext } from '../../domain/context/request-context.ts'
import type { Server } from '../../domain/server/server.ts'
import type { ServerId } from '../../domain/ids.ts'
import type { VmState } from '../../domain/server/states.ts'
import { findServer } from './find-server.ts'
import { hasCode } from '../../domain/error.ts'
import { later, millis, type Instant, type Millis } from '../../domain/unit/units.ts'
import { serverErrors } from '../../domain/server/errors.ts'

/** Where a server is to rest. */
export type Awaited = Exclude<VmState, 'building'>

/** Events say when to look; without them it looks that often. */
const LOOK_EVERY = millis(500)

/**
 * Resolves when the server rests in that state with nothing under way: with the server, or with null where it was to
 * be deleted and is.
 * @throws `server.until_timeout`; `server.ended_otherwise` where it is in error; `server.not_found`
 */
export async function until(
  deps: ApiDeps,
  context: RequestContext,
  server: ServerId,
  wanted: Awaited,
  timeout: Millis,
): Promise<Server | null> {
  const deadline = later(deps.clock.now(), timeout)
  for (;;) {
    const bell = ring(deps, server)
    try {
      const seen = await look(deps, context, server, wanted)
      if (seen !== 'not yet') return seen
      if (deps.clock.now() >= deadline) throw await tooLate(deps, context, server, wanted)
      await bell.rings(remaining(deps, deadline))
    } finally {
      bell.off()
    }
  }
}

async function look(
  deps: ApiDeps,
  context: RequestContext,
  server: ServerId,
  wanted: Awaited,
): Promise<Server | null | 'not yet'> {
  const seen = await findServer(deps, context, server).catch((error: unknown) => {
    if (wanted === 'deleted' && hasCode(error, 'server.not_found')) return null
    if (hasCode(error, 'cell.unavailable')) return 'not yet' as const
    throw error
  })
  if (seen === null || seen === 'not yet') return seen
  if (seen.vmState === wanted && seen.taskState === null) return seen
  if (seen.vmState !== 'error' || seen.taskState !== null) return 'not yet'
  const why = seen.fault?.message ?? ''
  throw serverErrors.ended_otherwise({ server, wanted, status: seen.status, why }, { detail: seen.fault })
}

async function tooLate(deps: ApiDeps, context: RequestContext, server: ServerId, wanted: Awaited): Promise<Error> {
  const status = await findServer(deps, context, server).then(
    (seen) => seen.status,
    () => 'UNKNOWN',
  )
  return serverErrors.until_timeout({ server, wanted, status })
}

function remaining({ clock }: ApiDeps, deadline: Instant): Millis {
  return millis(Math.max(1, Math.min(LOOK_EVERY, deadline - clock.now())))
}

interface Bell {
  /** When something happened to the server, or after that long. */
  rings(atMost: Millis): Promise<void>
  off(): void
}

/** Set up before looking, so that nothing is missed in between. */
function ring({ events, clock }: ApiDeps, server: ServerId): Bell {
  const rung = new AbortController()
  const listener = (event: CloudEvent): void => {
    if ('server' in event.payload && event.payload.server === server) rung.abort()
  }
  events.on('*', listener)
  return {
    rings: (atMost) => (rung.signal.aborted ? Promise.resolve() : clock.sleep(atMost, rung.signal)),
    off: () => void events.off('*', listener),
  }
}
