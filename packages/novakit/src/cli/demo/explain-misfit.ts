import type { Cloud, Explanation } from '@novakit/core'
import type { Terminal } from '../terminal.ts'
import { isNovakitError } from '@novakit/core'
import { table } from '../terminal.ts'

export interface Misfit {
  readonly code: string
  /** What the tenant is told. */
  readonly message: string
  /** What the operator sees: each stage with the hosts before and after it. */
  readonly stages: readonly { readonly name: string; readonly before: number; readonly after: number }[]
}

/** Asks for a server that fits nowhere, and shows what tenant and operator learn of it. */
export async function explainMisfit(screen: Terminal, cloud: Cloud): Promise<Misfit> {
  const operator = cloud.as({ project: 'demo', user: 'operator', roles: ['admin'] })
  const tenant = cloud.as({ project: 'demo', user: 'tenant', roles: ['member'] })
  await operator.flavors.create({ name: 'whale', vcpus: 8, memory: 1_048_576, disk: 100 })
  const [server] = await tenant.servers.create({ name: 'whale', flavor: 'whale', image: 'cirros' })
  if (server === undefined) throw new Error('No server was accepted.')
  const { code, message } = await refusalOf(tenant.servers.until(server.id, 'active'))
  const { fault } = await operator.servers.get(server.id)
  const explanation = fault?.detail as Explanation
  const stages = explanation.stages.map(({ name, before, after }) => ({ name, before, after }))
  screen.say(`A server with 1 TiB of memory fits nowhere. Its owner reads:\n\n  ${message}\n\nand the operator:\n`)
  const rows = explanation.stages.map(({ name, before, after, closest }) => [
    name,
    before,
    after,
    closest === null
      ? ''
      : `${closest.host} came closest${closest.reason.shortBy === undefined ? '' : `, short by ${closest.reason.shortBy}`}`,
  ])
  screen.say(indent(table(['stage', 'before', 'after', ''], rows)))
  screen.say('')
  await tenant.servers.delete(server.id)
  await tenant.servers.until(server.id, 'deleted')
  return { code, message, stages }
}

async function refusalOf(waiting: Promise<unknown>): Promise<{ code: string; message: string }> {
  try {
    await waiting
  } catch (error) {
    if (!isNovakitError(error)) throw error
    const fault = error.detail as { code: string; message: string } | undefined
    return fault ?? error
  }
  throw new Error('The server found a place after all.')
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ')
}
