import type { Flavor } from '../../domain/flavor/flavor.ts'
import type { HostName, NodeName, ServerGroupId } from '../../domain/ids.ts'
import type { Image } from '../../domain/image/image.ts'
import type { KeyPair } from '../../domain/key-pair/key-pair.ts'
import type { ParsedServer } from './input.ts'
import type { RequestContext } from '../../domain/context/request-context.ts'
import type { SchedulerHints } from '../../domain/request-spec/request-spec.ts'
import type { SecretBox } from '../../ports/secrets.ts'
import type { ServerBlueprint } from '../../domain/server/blueprint.ts'
import { id } from '../../domain/ids.ts'

export interface Ingredients {
  readonly context: RequestContext
  readonly input: ParsedServer
  readonly flavor: Flavor
  readonly image: Image
  readonly keyPair: KeyPair | null
  readonly group: ServerGroupId | null
  /** Of how many this is the which-th. */
  readonly index: number
  readonly of: number
  readonly reservation: string
  readonly secrets: SecretBox
}

/** One server of a request. Of several, each is named by its number. */
export function blueprintOf({ context, input, flavor, image, keyPair, group, ...rest }: Ingredients): ServerBlueprint {
  const { index, of, reservation, secrets } = rest
  const name = of === 1 ? input.name : `${Array.from(input.name).slice(0, 250).join('')}-${index + 1}`
  const password = input.adminPassword
  return {
    name,
    description: input.description,
    hostname:
      of === 1 ? (input.hostname ?? hostnameOf(name)) : hostnameOf(`${input.hostname ?? input.name}-${index + 1}`),
    project: context.project,
    user: context.user,
    flavor,
    image,
    keys: keyPair === null ? [] : [{ name: keyPair.name, type: keyPair.type, data: keyPair.publicKey }],
    metadata: input.metadata,
    tags: [...new Set(input.tags)],
    zone: input.zone ?? null,
    group,
    hints: input.hints as unknown as SchedulerHints,
    requestedHost: input.host === undefined ? null : id<HostName>(input.host),
    requestedNode: input.node === undefined ? null : id<NodeName>(input.node),
    networks: input.networks as ServerBlueprint['networks'],
    blockDevices: [],
    userData: input.userData ?? null,
    configDrive: input.configDrive,
    adminPassword: password === undefined ? null : secrets.seal(password),
    launchIndex: index,
    reservation,
    requestId: context.requestId,
  }
}

const LONGEST = 63

/** A host name made of a display name, as Nova's `sanitize_hostname` makes it. */
export function hostnameOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/[\s_.]+/gu, '-')
    .replaceAll(/[^a-zA-Z0-9-]/g, '')
    .toLowerCase()
    .slice(0, LONGEST)
    .replaceAll(/^-+|-+$/g, '')
  return plain === '' ? 'server' : plain
}
