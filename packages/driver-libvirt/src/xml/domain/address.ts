import { attribute, list, mark, record, variants } from '../base/fields.ts'
import { hexadecimal, integer, onOff, string, type Scalar } from '../base/scalars.ts'

const bus = hexadecimal(2)

/** The four numbers of a place on a PCI bus. */
export const pciPlace = record({
  domain: attribute('domain', hexadecimal(4)).maybe,
  bus: attribute('bus', bus).maybe,
  slot: attribute('slot', bus).maybe,
  function: attribute('function', hexadecimal(1)).maybe,
})

/** Where a device is for the guest. */
export const address = variants('type', {
  pci: record({ place: pciPlace, multifunction: attribute('multifunction', onOff).maybe }),
  drive: record({
    controller: attribute('controller', integer).maybe,
    bus: attribute('bus', integer).maybe,
    target: attribute('target', integer).maybe,
    unit: attribute('unit', integer).maybe,
  }),
  'virtio-serial': record({
    controller: attribute('controller', integer).maybe,
    bus: attribute('bus', integer).maybe,
    port: attribute('port', integer).maybe,
  }),
  usb: record({ bus: attribute('bus', integer).maybe, port: attribute('port', string).maybe }),
  ccw: record({
    cssid: attribute('cssid', bus).maybe,
    ssid: attribute('ssid', bus).maybe,
    devno: attribute('devno', hexadecimal(4)).maybe,
  }),
})

/** What every device may have. */
export const common = {
  bootOrder: mark('boot', 'order', integer).maybe,
  alias: mark('alias', 'name', string).maybe,
}

/** `<x name='…' value='…'/>`, again and again. */
export function namedValues<T>(name: string, scalar: Scalar<T>) {
  return list(name, record({ name: attribute('name', string), value: attribute('value', scalar) }))
}
