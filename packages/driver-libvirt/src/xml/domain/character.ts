import { attribute, child, mark, record, variants, type Fields } from '../base/fields.ts'
import { integer, onOff, string, word, yesNo } from '../base/scalars.ts'
import { address, common } from './address.ts'

/** What the host has at the other end of a serial line, console or channel. */
function ends<const F extends Fields>(rest: F) {
  const log = child('log', record({ file: attribute('file', string), append: attribute('append', onOff).maybe })).maybe
  const tail = { log, ...rest }
  return variants('type', {
    pty: record({ path: mark('source', 'path', string).maybe, ...tail }),
    null: record(tail),
    spicevmc: record(tail),
    file: record({
      source: child('source', record({ path: attribute('path', string), append: attribute('append', onOff).maybe })),
      ...tail,
    }),
    unix: record({
      source: child(
        'source',
        record({ mode: attribute('mode', word('bind', 'connect')), path: attribute('path', string).maybe }),
      ).maybe,
      ...tail,
    }),
    tcp: record({
      source: child(
        'source',
        record({
          mode: attribute('mode', word('bind', 'connect')),
          host: attribute('host', string),
          service: attribute('service', string),
          tls: attribute('tls', yesNo).maybe,
        }),
      ),
      protocol: mark('protocol', 'type', word('raw', 'telnet', 'telnets', 'tls')).maybe,
      ...tail,
    }),
  })
}

const device = { ...common, address: child('address', address).maybe }

const line = {
  target: child('target', record({ type: attribute('type', string).maybe, port: attribute('port', integer).maybe }))
    .maybe,
  ...device,
}

export const serial = ends(line)
export const consoleDevice = ends(line)
export const channel = ends({
  target: child(
    'target',
    record({
      type: attribute('type', word('virtio', 'guestfwd', 'xen')),
      name: attribute('name', string).maybe,
      state: attribute('state', word('connected', 'disconnected')).maybe,
    }),
  ),
  ...device,
})
