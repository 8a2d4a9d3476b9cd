import { attribute, child, list, record, variants } from '../base/fields.ts'
import { integer, string, word, yesNo } from '../base/scalars.ts'
import { address, common } from './address.ts'

const listens = list(
  'listen',
  variants('type', {
    address: record({ address: attribute('address', string).maybe }),
    network: record({ network: attribute('network', string).maybe }),
    none: record({}),
    socket: record({ socket: attribute('socket', string).maybe }),
  }),
)

const rest = {
  /** -1: libvirt chooses when the guest starts. */
  port: attribute('port', integer).maybe,
  autoport: attribute('autoport', yesNo).maybe,
  listen: attribute('listen', string).maybe,
  keymap: attribute('keymap', string).maybe,
  password: attribute('passwd', string).maybe,
  passwordValidTo: attribute('passwdValidTo', string).maybe,
  listens,
}

export const graphics = variants('type', {
  vnc: record({
    ...rest,
    websocket: attribute('websocket', integer).maybe,
    sharePolicy: attribute('sharePolicy', word('allow-exclusive', 'force-shared', 'ignore')).maybe,
  }),
  spice: record({
    ...rest,
    tlsPort: attribute('tlsPort', integer).maybe,
    defaultMode: attribute('defaultMode', word('any', 'secure', 'insecure')).maybe,
  }),
  'egl-headless': record({}),
})

/** Memory in KiB. */
export const video = record({
  model: child(
    'model',
    record({
      type: attribute('type', string),
      ram: attribute('ram', integer).maybe,
      vram: attribute('vram', integer).maybe,
      vgamem: attribute('vgamem', integer).maybe,
      heads: attribute('heads', integer).maybe,
      primary: attribute('primary', yesNo).maybe,
    }),
  ),
  ...common,
  address: child('address', address).maybe,
})
