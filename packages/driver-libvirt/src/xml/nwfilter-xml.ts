import { xmlDocument } from './base/document.ts'
import { attribute, leaf, list, record, type Field, type ValueOf } from './base/fields.ts'
import type { Element } from './base/element.ts'
import { integer, string, trueFalse, word } from './base/scalars.ts'

const PROTOCOLS = [
  'mac',
  'vlan',
  'stp',
  'arp',
  'rarp',
  'ip',
  'ipv6',
  'tcp',
  'udp',
  'sctp',
  'icmp',
  'igmp',
  'all',
  'tcp-ipv6',
  'udp-ipv6',
  'icmpv6',
  'all-ipv6',
] as const

/** What a rule looks at: `{ protocol: 'ip', match: true, fields: { srcipaddr: '$IP' } }`. */
export interface Match {
  readonly protocol: (typeof PROTOCOLS)[number]
  /** False: packets that are not so. */
  readonly match: boolean
  readonly fields: Readonly<Record<string, string>>
}

const matches: Field<readonly Match[] | undefined> = {
  write: (values, into) => {
    for (const { protocol, match, fields } of values ?? []) {
      const attributes = match ? fields : { match: 'no', ...fields }
      into.children.push({ name: word(...PROTOCOLS).write(protocol), attributes, children: [] })
    }
  },
  read: (from) => {
    const found = from.children.filter((each): each is Element => typeof each !== 'string')
    if (found.length === 0) return undefined
    return found.map(({ name, attributes: { match, ...fields } }) => ({
      protocol: name as Match['protocol'],
      match: match !== 'no',
      fields,
    }))
  },
}

const rule = record({
  action: attribute('action', word('drop', 'reject', 'accept', 'return', 'continue')),
  direction: attribute('direction', word('in', 'out', 'inout')),
  /** -1000 to 1000; lower ones first. */
  priority: attribute('priority', integer).maybe,
  /** False: each packet by itself. */
  stateful: attribute('statematch', trueFalse).maybe,
  matches,
})

const fields = {
  name: attribute('name', string),
  chain: attribute('chain', string).maybe,
  priority: attribute('priority', integer).maybe,
  uuid: leaf('uuid', string).maybe,
  /** Other filters that apply too. */
  includes: list('filterref', attribute('filter', string)),
  rules: list('rule', rule),
}

/** A packet filter for interfaces; `$IP` and the like are filled in where an interface refers to it. */
export type NwfilterDescription = ValueOf<typeof fields>

export const nwfilterXml = xmlDocument<NwfilterDescription>('filter', record(fields))
