import { isNovakitError, type PciPolicy, type PciRequest } from '@novakit/core'
import { pciPolicyOf } from '../guest/cpu-policy.ts'
import { flavorSays, quoted, refuse, type Guest } from '../guest/spec.ts'

/** A name under which operators offer devices (`[pci] alias`). */
export interface PciAlias {
  readonly specs: PciRequest['specs']
  readonly policy?: PciPolicy
}

export const PCI_ALIAS = 'pci_passthrough:alias'

/** The devices, or null where what the flavor asks for cannot be read or is not offered. */
export function pciRequestsOf(guest: Guest, aliases: Readonly<Record<string, PciAlias>>): readonly PciRequest[] | null {
  try {
    return requestsOf(guest, aliases)
  } catch (thrown) {
    if (isNovakitError(thrown)) return null
    throw thrown
  }
}

/** Greater numbers are taken for mistakes. */
const DEVICES_MAX = 1024

/**
 * The devices that the extra spec `pci_passthrough:alias` asks for, such as `gpu:2,nic:1`. A NUMA affinity policy of
 * flavor or image goes before the alias's. Source: nova/pci/request.py.
 * @throws `scheduler.invalid_request`
 */
function requestsOf(guest: Guest, aliases: Readonly<Record<string, PciAlias>>): readonly PciRequest[] {
  const said = flavorSays(guest, PCI_ALIAS)
  if (!said) return []
  const policy = pciPolicyOf(guest)
  return said.split(',').map((part, at) => {
    const [, name = '', digits] = /^\s*([^:]+?)\s*:\s*(\d{1,6})\s*$/.exec(part) ?? []
    const count = Number(digits)
    if (digits === undefined || count === 0 || count > DEVICES_MAX)
      return refuse(`pci_passthrough:alias has ${quoted(part)}, and wants a name and a number such as gpu:2`)
    const alias = Object.hasOwn(aliases, name) ? aliases[name] : undefined
    if (alias === undefined) return refuse(`there is no PCI alias ${quoted(name)}`)
    const requested = { id: `pci-${at}`, count, specs: alias.specs, ofPort: false }
    return { ...requested, policy: policy ?? alias.policy ?? null }
  })
}
