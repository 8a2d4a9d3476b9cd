import { readFile } from 'node:fs/promises'
import { gib, id, instant, mib, namedUuid, parse, vcpus, type FirstBootInput, type Image } from '@novakit/core'
import { serverFileErrors } from './errors.ts'
import { serverShape, type ServerDescription } from './server-shape.ts'

/** One server, or a list of them, as JSON. @throws `server_file.*` */
export async function readServerFile(file: string): Promise<readonly FirstBootInput[]> {
  const value = jsonOf(file, await textOf(file))
  const all = Array.isArray(value) ? value : [value]
  return all.map((one) => inputOf(parse(serverShape, one, (what) => serverFileErrors.invalid({ file, what }))))
}

async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw serverFileErrors.unreadable({ file, what: cause.code ?? 'it is no file' }, { cause })
  })
}

function jsonOf(file: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw serverFileErrors.unreadable({ file, what: 'it is no JSON' }, { cause })
  }
}

function inputOf(given: ServerDescription): FirstBootInput {
  const { server, flavor, image, nics, links, createdAt, hostname, ...rest } = given
  const described = {
    ...rest,
    server,
    hostname: hostname ?? rest.name,
    flavor: flavorOf(flavor),
    image: image === null ? null : imageOf(image),
    nics: nics.map((nic, index) => ({
      ...nic,
      port: nic.port ?? namedUuid(server, 'port', String(index)),
      server,
      details: {},
      plugEvent: false,
    })),
    links,
    createdAt: instant(Date.parse(createdAt)),
  }
  // What is left to say is which text is an id of what.
  return described as unknown as FirstBootInput
}

function flavorOf(name: string): FirstBootInput['flavor'] {
  const nothing = { vcpus: vcpus(1), memory: mib(0), disk: gib(0), ephemeral: gib(0), swap: mib(0) }
  return { id: id(name), name, ...nothing, isPublic: true, description: null, extraSpecs: {} }
}

function imageOf({ id: image, properties }: NonNullable<ServerDescription['image']>): Image {
  return {
    id: id(image),
    name: image,
    status: 'active',
    format: 'qcow2',
    owner: null,
    visibility: 'public',
    size: null,
    virtualSize: null,
    minDisk: gib(0),
    minMemory: mib(0),
    properties,
    checksum: null,
    createdAt: instant(0),
  }
}
