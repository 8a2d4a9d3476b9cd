import { eui64, formatCidr, formatIp, parseIp, type Cidr } from '../ip.ts'
import type { PluggedNic } from './plugged-nic.ts'

/** What is done about a port or a bridge, for `nft -f -`: each text is carried out as a whole or not at all, and again. */

const TABLE = 'bridge novakit'
/** How every bridge and every guest's device of ours begins (networks/names.ts). */
const BRIDGES = 'nkbr*'
const TAPS = 'nktap*'

/** A guest's device that no port is plugged in for is not heard at all. */
const COMMON = `add table ${TABLE}
add map ${TABLE} ports { type ifname : verdict; }
add chain ${TABLE} guests { type filter hook prerouting priority -300; policy accept; }
flush chain ${TABLE} guests
add rule ${TABLE} guests iifname vmap @ports
add rule ${TABLE} guests iifname "${TAPS}" drop
`

/**
 * A guest speaks for its own addresses alone, and neither hands out addresses nor routes. The rules are there before its
 * device is, and go by its name.
 */
export function portRules(nic: PluggedNic): string {
  const chain = `port-${nic.device}`
  const rules = [...frameRules(nic), ...ipv4Rules(nic), ...ipv6Rules(nic), 'accept']
  return [
    COMMON,
    `add chain ${TABLE} ${chain}`,
    `flush chain ${TABLE} ${chain}`,
    ...rules.map((rule) => `add rule ${TABLE} ${chain} ${rule}`),
    `add element ${TABLE} ports { "${nic.device}" : jump ${chain} }`,
    '',
  ].join('\n')
}

/** What is not there is made first, so that it can be taken away. */
export function noPortRules({ device }: PluggedNic): string {
  const chain = `port-${device}`
  return [
    COMMON,
    `add chain ${TABLE} ${chain}`,
    `add element ${TABLE} ports { "${device}" : jump ${chain} }`,
    `delete element ${TABLE} ports { "${device}" : jump ${chain} }`,
    `flush chain ${TABLE} ${chain}`,
    `delete chain ${TABLE} ${chain}`,
    '',
  ].join('\n')
}

function frameRules({ mac }: PluggedNic): readonly string[] {
  return [`ether saddr != ${mac} drop`, 'ether type != { arp, ip, ip6 } drop']
}

function ipv4Rules({ mac, addresses }: PluggedNic): readonly string[] {
  const own = addresses.filter(({ version }) => version === 4).map(({ address }) => address)
  if (own.length === 0) return ['ether type { arp, ip } drop']
  return [
    `ether type arp arp saddr ether != ${mac} drop`,
    // An address that a guest is not sure of yet it asks for from none (RFC 5227).
    `ether type arp arp saddr ip != { 0.0.0.0, ${own.join(', ')} } drop`,
    'ip saddr 0.0.0.0 udp sport 68 udp dport 67 accept',
    `ip saddr != { ${own.join(', ')} } drop`,
    'udp sport { 67, 547 } drop',
  ]
}

function ipv6Rules({ mac, addresses }: PluggedNic): readonly string[] {
  const fixed = addresses.filter(({ version }) => version === 6).map(({ address }) => address)
  if (fixed.length === 0) return ['ether type ip6 drop']
  const own = [...fixed, formatIp(eui64(LINK_LOCAL, mac))]
  return [
    'icmpv6 type { nd-router-advert, nd-redirect } drop',
    // The address that is told of stands after the first eight bytes of the message (RFC 4861, section 4.4).
    ...own.map((address) => `icmpv6 type nd-neighbor-advert ip6 saddr ${address} @th,64,128 ${hex(address)} accept`),
    'icmpv6 type nd-neighbor-advert drop',
    'ip6 saddr :: icmpv6 type { nd-neighbor-solicit, mld2-listener-report } accept',
    `ip6 saddr != { ${own.join(', ')} } drop`,
  ]
}

const LINK_LOCAL: Cidr = { version: 6, value: 0xfe80n << 112n, prefix: 64 }

function hex(address: string): string {
  return `0x${(parseIp(address)?.value ?? 0n).toString(16)}`
}

/** A bridge as a whole. */
export interface BridgeFacts {
  readonly bridge: string
  readonly nat: boolean
  readonly cidrs: readonly Cidr[]
}

/**
 * Guests of one network reach one another, and with NAT the world, which cannot call them; they do not reach other
 * networks, nor of the host anything but addresses, metadata and echoes.
 */
export function bridgeRules({ bridge, nat, cidrs }: BridgeFacts): string {
  const out = cidrs.map((cidr) => {
    const family = cidr.version === 4 ? 'ip' : 'ip6'
    return `${family} saddr ${formatCidr(cidr)} oifname != "${bridge}" masquerade`
  })
  return `${noBridgeRules(bridge)}table inet novakit-${bridge} {
  chain forward {
    type filter hook forward priority 0; policy accept;
    iifname "${bridge}" oifname "${bridge}" accept
    oifname "${bridge}" ct state established,related accept
    oifname "${bridge}" drop
    iifname "${bridge}" oifname "${BRIDGES}" drop
    ${nat ? '' : `iifname "${bridge}" drop`}
  }
  chain input {
    type filter hook input priority 0; policy accept;
    iifname != "${bridge}" accept
    udp dport { 67, 547 } accept
    meta l4proto { icmp, ipv6-icmp } accept
    ip daddr 169.254.169.254 tcp dport 80 accept
    ct state established,related accept
    drop
  }
  chain postrouting {
    type nat hook postrouting priority 100; policy accept;
    ${nat ? out.join('\n    ') : ''}
  }
}
`
}

export function noBridgeRules(bridge: string): string {
  return `add table inet novakit-${bridge}\ndelete table inet novakit-${bridge}\n`
}
