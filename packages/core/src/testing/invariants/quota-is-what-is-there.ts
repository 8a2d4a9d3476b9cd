import type { CloudPicture } from './cloud-picture.ts'
import { keptForGoingBack } from './open-resizes.ts'
import { flavorOf, standing } from './servers.ts'

/** What a project is charged is what its servers are, but for those that are only kept to be had back; counters say the same (I8, I19). */
export function quotaIsWhatIsThere(picture: CloudPicture): readonly string[] {
  const before = new Map(keptForGoingBack(picture).map(({ server, flavor }) => [server, flavor]))
  const wanted = new Map<string, number>()
  for (const row of standing(picture).filter((one) => one.vm_state !== 'soft-delete')) {
    const { vcpus, memory } = flavorOf(row)
    add(wanted, `${row.project} instances`, 1)
    // As long as it may go back it is charged for the larger of the two.
    const old = before.get(row.id)
    add(wanted, `${row.project} cores`, Math.max(vcpus, old?.vcpus ?? 0))
    add(wanted, `${row.project} ram`, Math.max(memory, old?.memory ?? 0))
  }
  const charged = new Map<string, number>()
  for (const row of picture.charges)
    if (counted.has(row.resource)) add(charged, `${row.project} ${row.resource}`, row.amount)
  const used = new Map<string, number>()
  for (const row of picture.usage) {
    if (counted.has(row.resource) && row.user === '') add(used, `${row.project} ${row.resource}`, row.used)
  }
  return [...new Set([...wanted.keys(), ...charged.keys(), ...used.keys()])].flatMap((key) => {
    const [there = 0, asked = 0, counter = 0] = [wanted.get(key), charged.get(key), used.get(key)]
    return there === asked && there === counter ? [] : [`${key}: ${there} there, ${asked} charged, ${counter} counted`]
  })
}

const counted: ReadonlySet<string> = new Set(['instances', 'cores', 'ram'])

function add(sums: Map<string, number>, key: string, amount: number): void {
  sums.set(key, (sums.get(key) ?? 0) + amount)
}
