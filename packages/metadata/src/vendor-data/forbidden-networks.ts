import { isIP } from 'node:net'
import { networkTest, wrongNetwork } from '../service/network-test.ts'
import { vendorDataErrors } from './errors.ts'

/** Networks that are nobody's on the Internet: this machine, its neighbours, its cloud's own services (RFC 6890). */
const PRIVATE = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/96',
  // Other ways to write an IPv4 address.
  '::ffff:0:0/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
]

/** Whether an address may be connected to: what the operator has allowed, and what is public. */
export function reachable(allowed: readonly string[]): (address: string) => boolean {
  const wrong = wrongNetwork(allowed)
  if (wrong !== null) throw vendorDataErrors.invalid_target({ what: `${wrong.slice(0, 60)} is no network` })
  const [isAllowed, isPrivate] = [networkTest(allowed), networkTest(PRIVATE)]
  return (address) => isIP(address) !== 0 && (isAllowed(address) || !isPrivate(address))
}
