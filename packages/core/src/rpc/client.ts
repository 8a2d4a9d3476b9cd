import type { Clock } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'
import type { Address, Transport } from '../ports/transport.ts'
import { later, type Instant } from '../domain/unit/units.ts'
import { check } from './check.ts'
import { wireName, type Contract, type Method, type Methods, type ReplyOf, type RequestOf } from './contract.ts'

/** What goes with a call besides its payload. */
export interface Call {
  readonly traceId: string
  /** Otherwise the method's timeout from now. */
  readonly deadline?: Instant
}

/** A contract's methods as functions. @throws `transport.*`, or the problem that the other side threw */
export type Client<Table extends Methods> = {
  readonly [Name in keyof Table]: (payload: RequestOf<Table[Name]>, call: Call) => Promise<ReplyOf<Table[Name]>>
}

export interface ClientDeps {
  readonly clock: Clock
  readonly ids: Ids
}

/** Speaks a contract to one address. Cheap to make: one may be made per call. */
export function client<Table extends Methods>(
  contract: Contract<Table>,
  transport: Transport,
  address: Address,
  deps: ClientDeps,
): Client<Table> {
  const caller = (name: string, method: Method<unknown, unknown>) => {
    const wire = wireName(contract, name)
    return async (payload: unknown, call: Call): Promise<unknown> => {
      const reply = await transport.request(address, {
        id: deps.ids.uuid(),
        method: wire,
        version: method.version,
        payload: check(method.request, payload, `request of ${wire}`),
        deadline: call.deadline ?? later(deps.clock.now(), method.timeout),
        traceId: call.traceId,
      })
      return check(method.reply, reply, `reply of ${wire}`)
    }
  }
  const methods = Object.entries(contract.methods).map(([name, method]) => [name, caller(name, method)] as const)
  return Object.fromEntries(methods) as Client<Table>
}
