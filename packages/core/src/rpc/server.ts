import { isNovakitError, problemOf } from '../domain/error.ts'
import { transportErrors } from '../domain/message/errors.ts'
import type { Instant } from '../domain/unit/units.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { Address, Envelope, Listening, Transport } from '../ports/transport.ts'
import { check } from './check.ts'
import { wireName, type Contract, type Method, type Methods, type ReplyOf, type RequestOf } from './contract.ts'

/** What came with a payload. The same message may come twice, with the same `id` or, from a patient caller, another. */
export interface Incoming {
  readonly id: string
  readonly traceId: string
  readonly deadline: Instant
}

/**
 * One function per method. It answers after its work is committed, and a repeat of it finds what the first one did.
 */
export type Handlers<Table extends Methods> = {
  readonly [Name in keyof Table]: (payload: RequestOf<Table[Name]>, incoming: Incoming) => Promise<ReplyOf<Table[Name]>>
}

export interface ServeDeps {
  readonly clock: Clock
  /** Hears of what handlers throw that is no error of ours. */
  readonly log?: Log
}

type Answerer = (envelope: Envelope) => Promise<unknown>

/**
 * Answers a contract's methods at an address. One contract per address: listeners of one address share its messages.
 * The caller sees `transport.unknown_method` for a method or version that has no handler and no upgrade, and
 * `transport.malformed` for a payload or a reply that its schema refuses. What is past its deadline by this side's
 * clock is not read.
 */
export function serve<Table extends Methods>(
  contract: Contract<Table>,
  transport: Transport,
  address: Address,
  handlers: Handlers<Table>,
  deps: ServeDeps,
): Promise<Listening> {
  const answerers = new Map<string, Answerer>()
  for (const [name, method] of Object.entries(contract.methods)) {
    const wire = wireName(contract, name)
    answerers.set(wire, answerer(wire, method, handlers[name] as Handlers<Methods>[string], deps.log))
  }
  return transport.listen(address, async (envelope) => {
    if (envelope.deadline <= deps.clock.now()) throw transportErrors.timeout({ address })
    const answer = answerers.get(envelope.method)
    if (answer === undefined) throw unknown(envelope)
    return answer(envelope)
  })
}

function answerer(
  wire: string,
  method: Method<unknown, unknown>,
  handle: Handlers<Methods>[string],
  log: Log | undefined,
): Answerer {
  return async (envelope) => {
    const payload = check(method.request, upgraded(method, envelope), `request of ${wire}`)
    const { id, traceId, deadline } = envelope
    try {
      return check(method.reply, await handle(payload, { id, traceId, deadline }), `reply of ${wire}`)
    } catch (thrown) {
      if (!isNovakitError(thrown))
        log?.error('A handler failed unexpectedly.', { wire, traceId, problem: problemOf(thrown) })
      throw thrown
    }
  }
}

/** The payload in the shape of the version that we speak, brought there one version at a time. */
function upgraded(method: Method<unknown, unknown>, envelope: Envelope): unknown {
  if (envelope.version > method.version) throw unknown(envelope)
  let payload = envelope.payload
  for (let version = envelope.version; version < method.version; version++) {
    const step = method.upgrade?.[version]
    if (step === undefined) throw unknown(envelope)
    payload = stepped(step, payload, envelope.method)
  }
  return payload
}

/** An old request may be malformed as well, and an upgrade reads it before any schema does. */
function stepped(step: (old: unknown) => unknown, payload: unknown, wire: string): unknown {
  try {
    return step(payload)
  } catch {
    throw transportErrors.malformed({ what: `request of ${wire}: an older version that cannot be upgraded` })
  }
}

function unknown(envelope: Envelope): Error {
  return transportErrors.unknown_method({ method: envelope.method.slice(0, 100), version: envelope.version })
}
