import type { Procedure } from '@novakit/driver-libvirt/client'
import type { ProtocolSource } from './protocol-source.ts'

interface Message {
  readonly number: number
  readonly payload: { readonly shape: string }
}

export interface Comparison {
  /** One line for each difference. */
  readonly wrong: readonly string[]
  readonly compared: number
  /** Procedures of libvirt that the client cannot call. */
  readonly missing: readonly string[]
}

/** The client's table beside libvirt's own description. */
export function compareWithSource(
  procedures: Readonly<Record<string, Procedure>>,
  events: Readonly<Record<string, Message>>,
  sources: { readonly remote: ProtocolSource; readonly qemu: ProtocolSource },
): Comparison {
  const wrong = [
    ...Object.entries(procedures).flatMap(([name, procedure]) => wrongProcedure(name, procedure, sources)),
    ...Object.entries(events).flatMap(([name, event]) => wrongEvent(name, event, sources.remote)),
  ]
  const known = new Set([
    ...Object.keys(procedures).map(wireName),
    ...Object.values(events).map((event) => sources.remote.names.get(event.number)),
  ])
  const missing = [...sources.remote.names.values()].filter((name) => !known.has(name))
  return { wrong, compared: Object.keys(procedures).length + Object.keys(events).length, missing }
}

/** `domainGetJobStats` → `domain_get_job_stats`; digits belong to the word before them. */
function wireName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

const isQemu = (name: string): boolean => name.startsWith('qemu')

function wrongProcedure(
  name: string,
  { number, args, result }: Procedure,
  { remote, qemu }: { readonly remote: ProtocolSource; readonly qemu: ProtocolSource },
): readonly string[] {
  const source = isQemu(name) ? qemu : remote
  const wanted = wireName(name).replace(/^qemu_/, '')
  const wire = source.names.get(number)
  if (wire !== wanted) return [`${name}: ${number} is ${wire ?? 'nothing'}`]
  const struct = (part: string): string => source.shapeOf(`${isQemu(name) ? 'qemu' : 'remote'}_${wire}_${part}`) ?? ''
  return [
    ...differs(`${name} takes`, args.shape, struct('args')),
    ...differs(`${name} answers`, result.shape, struct('ret')),
  ]
}

function wrongEvent(name: string, { number, payload }: Message, source: ProtocolSource): readonly string[] {
  const wire = source.names.get(number)
  if (!wire?.includes('event')) return [`${name}: ${number} is ${wire ?? 'nothing'}, no event`]
  return differs(`${name} brings`, payload.shape, source.shapeOf(`remote_${wire}_msg`) ?? '')
}

/** The name of a type of C is not told apart where the bytes are the same. */
function differs(what: string, ours: string, theirs: string): readonly string[] {
  const bytes = (shape: string): string =>
    shape
      .replaceAll(/\b(uint|char)\b/g, 'int')
      .replaceAll('uhyper', 'hyper')
      .trim()
  return bytes(ours) === bytes(theirs) ? [] : [`${what} (${ours}) where libvirt has (${theirs})`]
}
