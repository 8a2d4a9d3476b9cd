import { libvirtErrors } from '../errors.ts'
import { procedures, type ProcedureName } from '../procedures/index.ts'
import type { InOf, OutOf } from '../xdr/codec.ts'
import { jobOf, resultOf } from './job.ts'
import type { Link } from './link.ts'

const authNames: Readonly<Record<number, string>> = { 0: 'none', 1: 'SASL', 2: 'polkit' }
const NONE = 0
const POLKIT = 2
/** Features of a connection, by libvirt's own numbers. */
const feature = { keepalive: 10, eventCallbacks: 14 } as const
const READ_ONLY = 1

export type ArgsOf<N extends ProcedureName> = InOf<(typeof procedures)[N]['args']>
export type ResultOf<N extends ProcedureName> = OutOf<(typeof procedures)[N]['result']>

/** What is wanted of a connection. */
export interface Greeting {
  /** The driver to open: `qemu:///system`. */
  readonly name: string
  readonly readonly: boolean
  /** Whether both sides ask one another for signs of life. The daemon begins when it is asked whether it can. */
  readonly keepalive: boolean
}

/** What was found out about the other side. */
export interface Peer {
  /** 1,000,000 × major + 1,000 × minor + release of libvirt. */
  readonly libVersion: number
  readonly keepalive: boolean
}

/** One call, at once and past any queue. */
export function ask<N extends ProcedureName>(link: Link, name: N, args: ArgsOf<N>): Promise<ResultOf<N>> {
  return new Promise((resolve, reject) => {
    const draft = jobOf(name, procedures[name], args)
    const answered = (frame: Parameters<typeof resultOf>[1]): void => {
      try {
        resolve(resultOf(draft, frame) as ResultOf<N>)
      } catch (error) {
        reject(error as Error)
      }
    }
    link.send({ ...draft, answered, failed: reject })
  })
}

/**
 * What comes before the first call: who we are, whether the daemon has what we need, which driver we want.
 * @throws `libvirt.auth_unsupported`, `libvirt.too_old`, or what the daemon says of `name`
 */
export async function handshake(link: Link, { name, readonly, keepalive: wanted }: Greeting): Promise<Peer> {
  await authenticate(link)
  const keepalive = wanted && (await ask(link, 'connectSupportsFeature', { feature: feature.keepalive }))
  await ask(link, 'connectOpen', { name, flags: readonly ? READ_ONLY : 0 })
  if (!(await ask(link, 'connectSupportsFeature', { feature: feature.eventCallbacks })))
    throw libvirtErrors.too_old({ what: 'event callbacks (libvirt 1.3.3)' })
  const libVersion = Number(await ask(link, 'connectGetLibVersion', {}))
  return { libVersion, keepalive }
}

async function authenticate(link: Link): Promise<void> {
  const offered = await ask(link, 'authList', {})
  if (offered.includes(NONE)) return
  if (offered.includes(POLKIT)) return void (await ask(link, 'authPolkit', {}))
  throw libvirtErrors.auth_unsupported({ offered: offered.map((each) => authNames[each] ?? String(each)).join(', ') })
}
