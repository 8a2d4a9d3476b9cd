import type { FirstBootInput } from '@novakit/core/vocabulary'
import { jsonBytes } from './json-text.ts'
import { metaData, type Reader } from './meta-data.ts'
import { networkData } from './network-data.ts'
import type { DocumentOptions } from './options.ts'
import { vendorData, vendorData2 } from './vendor-data.ts'
import { isAtLeast, type OpenstackVersion } from './versions.ts'

/** A document of OpenStack's tree. `password` is no document: it is what the guest itself has said. */
export type OpenstackFile = keyof typeof since

/** In the order in which a list of files shows them, with the version from which on each is there. */
const since = {
  'meta_data.json': '2012-08-10',
  user_data: '2012-08-10',
  password: '2013-04-04',
  'vendor_data.json': '2013-10-17',
  'network_data.json': '2015-10-15',
  'vendor_data2.json': '2016-10-06',
} as const satisfies Record<string, OpenstackVersion>

/** What a version has for this server. */
export function openstackFiles(input: FirstBootInput, version: OpenstackVersion): readonly OpenstackFile[] {
  return (Object.keys(since) as OpenstackFile[]).filter(
    (file) => isAtLeast(version, since[file]) && (file !== 'user_data' || input.userData !== null),
  )
}

/** A document's bytes. Null: that version has none of that name, or it is the password. */
export function openstackDocument(
  input: FirstBootInput,
  version: OpenstackVersion,
  file: string,
  options: DocumentOptions,
  reader: Reader,
): Uint8Array | null {
  const known = openstackFiles(input, version).find((name) => name === file)
  switch (known) {
    case 'meta_data.json':
      return jsonBytes(metaData(input, version, options, reader))
    case 'user_data':
      return input.userData
    case 'vendor_data.json':
      return jsonBytes(vendorData(input, options))
    case 'network_data.json':
      return jsonBytes(networkData(input, options))
    case 'vendor_data2.json':
      return jsonBytes(vendorData2(input, options))
    case 'password':
    case undefined:
      return null
  }
}
